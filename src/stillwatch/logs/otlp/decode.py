"""OTLP's file form to plain values: one JSON object a line, holding many spans or log records.

`fileexporter` of the collector writes `{"resourceSpans": [...]}` or `{"resourceLogs": [...]}`; attributes are lists of
`{key, value: {stringValue | intValue | ...}}`, times and 64-bit integers are text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record

_DEPTH: Final = 12
_SPANS: Final = (("resourceSpans", "scopeSpans", "spans"), ("resource_spans", "scope_spans", "spans"))
_LOGS: Final = (("resourceLogs", "scopeLogs", "logRecords"), ("resource_logs", "scope_logs", "log_records"))


class Item(NamedTuple):
    """A span or a log record, with the attributes of the resource that it came from."""

    resource: dict[str, Any]
    body: dict[str, Any]


def is_otlp(record: Record) -> bool:
    return any(isinstance(record.get(names[0]), list) for names in (*_SPANS, *_LOGS))


def spans(record: Record) -> Iterator[Item]:
    for names in _SPANS:
        yield from _items(record, names)


def log_records(record: Record) -> Iterator[Item]:
    for names in _LOGS:
        yield from _items(record, names)


def attribute_names(item: dict[str, Any]) -> Iterator[str]:
    """The names alone: enough to classify a span without decoding it."""
    for pair in _dicts(item.get("attributes")):
        if isinstance(name := pair.get("key"), str):
            yield name


def attributes(pairs: Any) -> dict[str, Any]:
    """A list of OTLP key and value pairs as a map."""
    return _pairs(pairs, _DEPTH)


def any_value(value: Any) -> Any:
    """The plain value of an OTLP `AnyValue`, such as a log record's body."""
    return _value(value, _DEPTH)


def _pairs(pairs: Any, depth: int) -> dict[str, Any]:
    return {pair["key"]: _value(pair.get("value"), depth) for pair in _dicts(pairs) if isinstance(pair.get("key"), str)}


def _value(value: Any, depth: int) -> Any:
    if not isinstance(value, dict) or depth == 0:
        return None
    for name in ("stringValue", "boolValue", "doubleValue", "bytesValue"):
        if name in value:
            return value[name]
    if "intValue" in value:
        return _integer(value["intValue"])
    if isinstance(inner := value.get("arrayValue"), dict):
        return [_value(item, depth - 1) for item in _list(inner.get("values"))]
    if isinstance(inner := value.get("kvlistValue"), dict):
        return _pairs(inner.get("values"), depth - 1)
    return None


def _integer(value: Any) -> Any:
    if isinstance(value, str) and len(value) <= 20:
        try:
            return int(value)
        except ValueError:
            return None
    return value


def _items(record: Record, names: tuple[str, str, str]) -> Iterator[Item]:
    for group in _dicts(record.get(names[0])):
        resource = group.get("resource")
        shared = attributes(resource.get("attributes")) if isinstance(resource, dict) else {}
        for scope in _dicts(group.get(names[1])):
            for body in _dicts(scope.get(names[2])):
                yield Item(shared, body)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    return (item for item in _list(value) if isinstance(item, dict))
