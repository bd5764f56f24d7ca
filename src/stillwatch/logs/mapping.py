r"""Read any other log through a small mapping file: which field of a record is which column of an exchange.

>>> mapping = parse_mapping('started_at = "ts"\naccount_id = "user.id"\nprompt_text = "q"\n')
>>> record = {"ts": "2026-03-01 09:00:00", "user": {"id": 7}, "q": "Why is the sky blue?"}
>>> next(mapping_format(mapping).read(record))["account_id"]
'7'

Every name of `core.exchange.EXCHANGE_FIELDS` may stand on the left. On the right stands a dotted path into the record,
a list of paths of which the first that holds something counts, or `{ constant = "..." }`. Beside the columns:

- `time_unit`: s, ms, us or ns, where the size of the number would mislead;
- `messages` and `system`: a conversation in any chat shape, which fills all columns about it;
- `request`: the body of an API request: conversation, parameters, tools and model;
- `response`: the body of the reply: its text, model, tokens and finish reasons.

A column of its own goes before what these would fill in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError
from stillwatch.core.exchange import EXCHANGE_FIELDS
from stillwatch.core.toml_text import TomlText, suggestion
from stillwatch.logs.field_paths import FieldPath
from stillwatch.logs.format import Case, Format
from stillwatch.logs.times import time_ns
from stillwatch.logs.toml_file import load_toml
from stillwatch.wire.messages import Conversation, read_messages, read_request
from stillwatch.wire.parameters import parameters_json, tool_names
from stillwatch.wire.replies import read_reply
from stillwatch.wire.values import canonical_json, flag, integer, mapping, number, parsed, text, unknown_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from stillwatch.logs.format import Record, Row

_COLUMNS: Final = {column.name: column for column in EXCHANGE_FIELDS}
_TIMES: Final = frozenset(("started_at", "ended_at"))
_UNITS: Final = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_SIMPLE: Final[dict[str, Callable[[Any], Any]]] = {"int": integer, "float": number, "bool": flag}
_PARTS: Final = ("messages", "system", "request", "response")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a column comes from."""

    paths: tuple[FieldPath, ...] = ()
    """The first that holds something counts."""
    constant: str | float | bool | None = None

    def value_in(self, record: Record) -> Any:
        for path in self.paths:
            if (found := path.value_in(record)) is not None:
                return found
        return self.constant


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMapping:
    columns: Mapping[str, Source] = field(default_factory=dict)
    parts: Mapping[str, Source] = field(default_factory=dict)
    """`messages`, `system`, `request`, `response`."""
    time_unit: str = ""
    """Empty = told by the size of the number."""


def load_mapping(path: Path) -> FieldMapping:
    """Read a mapping file. Raises `InputError` with the line and the mend."""
    return _mapping_of(load_toml(path))


def parse_mapping(toml: str, name: str = "mapping") -> FieldMapping:
    """As `load_mapping`, from text; `name` stands in the errors."""
    return _mapping_of(TomlText.of(toml, name))


def mapping_format(mapped: FieldMapping) -> Format:
    """The format that reads records through this mapping."""
    known = frozenset(
        path.top for source in (*mapped.columns.values(), *mapped.parts.values()) for path in source.paths
    ) | {path.path for source in (*mapped.columns.values(), *mapped.parts.values()) for path in source.paths}

    def read(record: Record) -> Iterator[Row]:
        row = {"source": "mapping", **_filled(mapped, record)}
        for name, source in mapped.columns.items():
            if (value := source.value_in(record)) is not None:
                _set(row, name, value, mapped)
        if (extra := unknown_fields(record, known)) is not None:
            row.setdefault("extra", extra)
        yield row

    case = Case(name="a time", records=({"started_at": 1772355600},), rows=({"started_at": 1772355600 * 10**9},))
    return Format(name="mapping", title="Mapping file", matches=lambda _: True, read=read, cases=(case,))


def _mapping_of(toml: TomlText) -> FieldMapping:
    columns, parts, unit = {}, {}, ""
    for name, value in toml.document.items():
        if name == "time_unit":
            unit = _unit(value, toml)
        elif name in _COLUMNS:
            columns[name] = _source(name, value, toml)
        elif name in _PARTS:
            parts[name] = _source(name, value, toml)
        else:
            mend = suggestion(name, (*_COLUMNS, *_PARTS, "time_unit"))
            raise InputError(f"{name!r} is no column of an exchange", where=toml.at_key(name), mend=mend)
    if "started_at" not in columns:
        mend = 'say where the time stands, such as started_at = "timestamp"'
        raise InputError("the time of the request is not mapped", where=toml.name, mend=mend)
    return FieldMapping(columns=columns, parts=parts, time_unit=unit)


def _unit(value: Any, toml: TomlText) -> str:
    if value not in _UNITS:
        mend = f"one of: {', '.join(_UNITS)}"
        raise InputError(f"unknown time unit {value!r}", where=toml.at_key("time_unit"), mend=mend)
    return str(value)


def _source(name: str, value: Any, toml: TomlText) -> Source:
    if isinstance(value, dict) and set(value) == {"constant"} and isinstance(value["constant"], (str, int, float)):
        return Source(constant=value["constant"])
    paths = value if isinstance(value, list) else [value]
    if not paths or not all(isinstance(path, str) and path.strip() for path in paths):
        mend = f'write {name} = "path.to.field", a list of such paths, or {name} = {{ constant = "..." }}'
        raise InputError(f"{name!r} names no path", where=toml.at_key(name), mend=mend)
    return Source(paths=tuple(FieldPath(path.strip()) for path in paths))


def _filled(mapped: FieldMapping, record: Record) -> Row:
    """What the bodies say, if any are mapped."""
    found = {name: parsed(source.value_in(record)) for name, source in mapped.parts.items()}
    row: Row = {}
    if isinstance(request := found.get("request"), dict):
        row |= _of_request(request)
    if (messages := found.get("messages")) is not None:
        row |= _of_conversation(read_messages(messages, found.get("system")))
    elif (system := text(found.get("system"))) is not None:
        row["system_text"] = system
    if (response := found.get("response")) is not None:
        row |= _of_response(response)
    return row


def _of_request(body: dict[str, Any]) -> Row:
    row: Row = {
        "request_model": text(body.get("model")),
        "params": parameters_json(body),
        "tools": tool_names(body.get("tools")),
    }
    return _present(row) | _of_conversation(read_request(body))


def _of_conversation(asked: Conversation) -> Row:
    return _present(asked._asdict())


def _of_response(body: Any) -> Row:
    reply = read_reply(body)
    row = {name: value for name, value in reply._asdict().items() if name != "usage"} | reply.usage._asdict()
    return {name: value for name, value in _present(row).items() if name in _COLUMNS}


def _present(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _set(row: Row, name: str, value: Any, mapped: FieldMapping) -> None:
    if name in _TIMES:
        value = _time(value, mapped.time_unit)
    elif name == "prompt_text" and isinstance(parsed(value), (list, dict)):
        row |= {key: found for key, found in _of_conversation(read_messages(parsed(value))).items() if key not in row}
        return
    elif name == "reply_text" and isinstance(parsed(value), (list, dict)):
        value = read_reply(parsed(value)).reply_text
    else:
        value = _converted(name, value)
    if value is not None:
        row[name] = value


def _time(value: Any, unit: str) -> int | None:
    if not unit or (amount := number(value)) is None:
        return time_ns(value)
    exact = integer(value)
    return integer(exact * _UNITS[unit] if exact is not None else round(amount * _UNITS[unit]))


def _converted(name: str, value: Any) -> Any:
    kind = _COLUMNS[name].kind
    if kind in _SIMPLE:
        return _SIMPLE[kind](value)
    if name == "params":
        return parameters_json(mapping(value)) or text(value)
    if name == "tools" and isinstance(parsed(value), (list, dict)):
        return tool_names(parsed(value))
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return text(",".join(value))
    return canonical_json(value) if isinstance(value, (list, dict)) else text(value)
