"""stillwatch's own exchange record: the canonical columns, or their OpenTelemetry names.

Written by: stillwatch itself, and whoever converts a log that has no reader here. JSON Lines, CSV or Parquet.

Markers: `start_time_unix_nano`, or `started_at` with two more names of the canonical columns.

Names: either those of `core.exchange` or the dotted ones (`gen_ai.request.model`, `sw.account.id`). Content may come as
text (`prompt_text`) or as OTel messages (`gen_ai.input.messages`); parameters as `params`, `sw.request.params`, or
`gen_ai.request.*`.

Traps: `chain_self` and `chain_parent` are worked out from messages; a record with bare text has them only if written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.exchange import EXCHANGE_FIELDS
from stillwatch.logs.exchange_columns import DOTTED, read_exchange_columns
from stillwatch.logs.format import Case, Format
from stillwatch.logs.times import start_ns, time_ns
from stillwatch.wire.bodies import conversation_row, reply_row
from stillwatch.wire.messages import chain_hash, read_messages
from stillwatch.wire.parameters import parameters_json, tool_names
from stillwatch.wire.replies import read_reply
from stillwatch.wire.values import canonical_json, count, flag, http_status, integer, mapping, number, parsed, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stillwatch.logs.format import Record, Row

_NAMES: Final = frozenset(field.name for field in EXCHANGE_FIELDS)
_KINDS: Final[dict[str, Callable[[Any], Any]]] = {
    "text": text,
    "long_text": text,
    "int": count,
    "float": number,
    "bool": flag,
}
_SPECIAL: Final[dict[str, Callable[[Any], Any]]] = {
    "started_at": time_ns,
    "ended_at": time_ns,
    "status_code": http_status,
    "chain_self": integer,
    "chain_parent": integer,
}
_PARAMETER: Final = "gen_ai.request."
_CONTENT: Final = frozenset(
    (
        *("gen_ai.system_instructions", "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.tool.definitions"),
        *("sw.request.params",),
    )
)


def _matches(record: Record) -> bool:
    if "start_time_unix_nano" in record:
        return True
    return "started_at" in record and len(record.keys() & _NAMES) > 2


def _read(record: Record) -> Iterator[Row]:
    row = _content(record)
    for field in EXCHANGE_FIELDS:
        for name in (field.name, *DOTTED.get(field.name, ())):
            if (raw := record.get(name)) is not None:
                row[field.name] = _SPECIAL.get(field.name, _KINDS[field.kind])(_scalar(raw))
                break
    row["started_at"] = start_ns(row.get("started_at"))
    row.setdefault("source", "stillwatch_exchange")
    row["extra"] = row.get("extra") or _extra(record)
    yield row


def _scalar(value: Any) -> Any:
    """Lists and maps in a text column: names are joined by commas, maps written as JSON."""
    if isinstance(value, list):
        return ",".join(item for item in value if isinstance(item, str))
    return canonical_json(value) if isinstance(value, dict) else value


def _content(record: Record) -> Row:
    row: Row = {}
    messages = parsed(record.get("gen_ai.input.messages"))
    system = parsed(record.get("gen_ai.system_instructions"))
    if messages or system:
        row |= conversation_row(read_messages(messages, system))
    if answered := parsed(record.get("gen_ai.output.messages")):
        found = reply_row(read_reply(answered))
        row |= {name: value for name, value in found.items() if value is not None}
    row["tools"] = tool_names(parsed(record.get("gen_ai.tool.definitions")))
    row["params"] = parameters_json(mapping(record.get("sw.request.params")) or _named_parameters(record))
    return row


def _named_parameters(record: Record) -> dict[str, Any]:
    return {
        name[len(_PARAMETER) :]: value
        for name, value in record.items()
        if name.startswith(_PARAMETER) and name not in _KNOWN
    }


_KNOWN: Final = frozenset(_NAMES.union(_CONTENT, *DOTTED.values()))


def _extra(record: Record) -> str | None:
    return canonical_json(
        {name: value for name, value in record.items() if name not in _KNOWN and not name.startswith(_PARAMETER)}
    )


_PLAIN: Final = {
    "record_id": "req-1",
    "source": "my_gateway",
    "started_at": 1772355600250000000,
    "account_id": "account-1",
    "request_model": "model-large",
    "prompt_text": "Why?",
    "turn": 1,
    "is_batch": False,
    "colour": "blue",
}
_PLAIN_ROW: Final = {
    "record_id": "req-1",
    "source": "my_gateway",
    "started_at": 1772355600250000000,
    "account_id": "account-1",
    "request_model": "model-large",
    "prompt_text": "Why?",
    "turn": 1,
    "is_batch": False,
    "extra": '{"colour":"blue"}',
}
_DOTTED_RECORD: Final = {
    "sw.record.id": "req-2",
    "start_time_unix_nano": "1772355600250000000",
    "sw.account.id": "account-1",
    "gen_ai.request.model": "model-large",
    "gen_ai.request.temperature": 0.2,
    "gen_ai.input.messages": [{"role": "user", "parts": [{"type": "text", "content": "Why?"}]}],
    "gen_ai.output.messages": [
        {"role": "assistant", "parts": [{"type": "text", "content": "Because."}], "finish_reason": "stop"}
    ],
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.input_tokens": 34,
    "sw.tls.client.ja4": "t13d1516h2_8daaf6152771_b186095e22b6",
}
_DOTTED_ROW: Final = {
    "record_id": "req-2",
    "source": "stillwatch_exchange",
    "started_at": 1772355600250000000,
    "account_id": "account-1",
    "tls_ja4": "t13d1516h2_8daaf6152771_b186095e22b6",
    "request_model": "model-large",
    "params": '{"temperature":0.2}',
    "prompt_text": "Why?",
    "reply_text": "Because.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why?")]),
    "chain_parent": 0,
    "finish_reasons": "stop",
    "input_tokens": 34,
}

FORMAT: Final = Format(
    name="stillwatch_exchange",
    title="stillwatch exchange records",
    matches=_matches,
    read=_read,
    read_columns=read_exchange_columns,
    cases=(
        Case(name="canonical column names", records=(_PLAIN,), rows=(_PLAIN_ROW,)),
        Case(name="OpenTelemetry names and messages", records=(_DOTTED_RECORD,), rows=(_DOTTED_ROW,)),
    ),
    account_hint="Fill account_id (sw.account.id) with who is billed.",
)
