"""LMSYS-Chat-1M: published conversations without time or user, one row a conversation.

Written by: the LMSYS release (Parquet). Each user turn is one exchange.

Markers: `conversation_id`, `conversation[]` and `openai_moderation`.

Traps: there is no time and no user, so that nothing in it can be placed: the rows have no `started_at`, and ingest
rejects and counts them unless it is told a time. Content reads `NAME_1` and the like where names were removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.format import Case, Format
from stillwatch.logs.published import exchanges_of
from stillwatch.wire.messages import chain_hash
from stillwatch.wire.values import sequence, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row


def _matches(record: Record) -> bool:
    is_conversation = "conversation_id" in record and "conversation" in record
    return is_conversation and "openai_moderation" in record and "conversation_hash" not in record


def _read(record: Record) -> Iterator[Row]:
    key = text(record.get("conversation_id"))
    for exchange in exchanges_of(sequence(record.get("conversation"))):
        yield exchange.row | {
            "record_id": f"{key}:{exchange.row['turn']}",
            "source": "lmsys",
            "conversation_id": key,
            "request_model": text(record.get("model")),
        }


_TALK: Final = {
    "conversation_id": "talk-1",
    "model": "model-large",
    "conversation": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Because."}],
    "turn": 1,
    "openai_moderation": [],
}
_ROW: Final = {
    "record_id": "talk-1:1",
    "source": "lmsys",
    "conversation_id": "talk-1",
    "operation": "chat",
    "request_model": "model-large",
    "prompt_text": "Why?",
    "reply_text": "Because.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why?")]),
    "chain_parent": 0,
}

FORMAT: Final = Format(
    name="lmsys",
    title="LMSYS-Chat-1M conversations",
    matches=_matches,
    read=_read,
    cases=(Case(name="one turn", records=(_TALK,), rows=(_ROW,)),),
    account_hint="The data set has neither users nor times: it serves for content only.",
)
