"""OpenAI's stored completions, and the listing of their messages, joined on the completion's id.

Written by: `GET /v1/chat/completions` (completions) and `GET /v1/chat/completions/{id}/messages` (listings).

Markers: `id`, `choices`, `created` and `usage`; a listing is `object == "list"` whose items have `role` and an id
`<completion id>-<index>`.

Traps: a completion holds no prompt; without its listing it is an exchange without content. Long listings come in
pages, joined here in order of index. Parameters are kept in the completion itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.logs.format import Case, Format, Part
from stillwatch.logs.times import start_ns
from stillwatch.wire.bodies import answer_row, conversation_row
from stillwatch.wire.messages import chain_hash, read_messages
from stillwatch.wire.parameters import parameters_json, tool_names
from stillwatch.wire.values import count, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_KIND: Final = "openai-completion"
_ANSWER_FIELDS: Final = frozenset(
    ("id", "object", "created", "choices", "usage", "system_fingerprint", "request_id", "tool_choice", "input_user")
)


def _listed(record: Record) -> list[dict[str, Any]]:
    data = record.get("data")
    if record.get("object") != "list" or not isinstance(data, list):
        return []
    return [item for item in data if isinstance(item, dict) and "role" in item and isinstance(item.get("id"), str)]


def _matches(record: Record) -> bool:
    is_completion = all(name in record for name in ("id", "choices", "created", "usage"))
    return (is_completion and isinstance(record["choices"], list)) or bool(_listed(record))


def _read(record: Record) -> Iterator[Row | Part]:
    if messages := _listed(record):
        yield _listing(messages)
        return
    key = text(record.get("id"))
    if key is None:
        raise ValueError("completion without an id")
    yield Part(_KIND, key, 0, _completion(record, key), {})


def _listing(messages: list[dict[str, Any]]) -> Part:
    key, _, place = messages[0]["id"].rpartition("-")
    try:
        piece = "".join(orjson.dumps(message).decode() + "\n" for message in messages)
    except TypeError as error:
        raise ValueError("messages cannot be written as JSON") from error
    sequence = 1 + ((count(place) or 0) if len(place) < 10 else 0)
    return Part(_KIND, key, sequence, {}, {"messages": piece}, needs_more=True)


def _completion(record: Record, key: str) -> Row:
    return {
        **answer_row(dict(record)),
        "record_id": key,
        "source": "openai_stored_completion",
        "started_at": start_ns(record.get("created")),
        "operation": "chat",
        "request_model": text(record.get("model")),
        "end_user_id": text(record.get("input_user")),
        "status_code": 200,
        "params": parameters_json({name: value for name, value in record.items() if name not in _ANSWER_FIELDS}),
        "tools": tool_names(record.get("tools")),
    }


def _finish(row: Row, pieces: dict[str, str]) -> Row:
    messages = [orjson.loads(line) for line in pieces.get("messages", "").splitlines() if line]
    return row | conversation_row(read_messages(messages)) if messages else row


_COMPLETION: Final = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1772355600,
    "model": "model-large",
    "temperature": 0.2,
    "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": "Because."}}],
    "usage": {"prompt_tokens": 34, "completion_tokens": 12},
}
_LISTING: Final = {
    "object": "list",
    "data": [{"id": "chatcmpl-1-0", "role": "user", "content": "Why?"}],
    "has_more": False,
}
_ROW: Final = {
    "record_id": "chatcmpl-1",
    "source": "openai_stored_completion",
    "started_at": 1772355600000000000,
    "operation": "chat",
    "request_model": "model-large",
    "response_model": "model-large",
    "response_id": "chatcmpl-1",
    "status_code": 200,
    "params": '{"temperature":0.2}',
    "prompt_text": "Why?",
    "reply_text": "Because.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why?")]),
    "chain_parent": 0,
    "finish_reasons": "stop",
    "input_tokens": 34,
    "output_tokens": 12,
}

FORMAT: Final = Format(
    name="openai_stored_completion",
    title="OpenAI stored completions",
    matches=_matches,
    read=_read,
    finish=_finish,
    cases=(Case(name="a completion and its messages", records=(_COMPLETION, _LISTING), rows=(_ROW,)),),
    account_hint="Stored completions belong to one project: name the account when you ingest the file.",
)
