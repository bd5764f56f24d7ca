"""A line of OTLP to exchanges, whatever kinds of spans and events it mixes.

Both formats on the shelf that are written as OTLP read through here, so a file that mixes them is read in full
whichever of the two was recognised: each span is classified by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.format import Part
from stillwatch.logs.otlp.caller import request_id, span_id
from stillwatch.logs.otlp.decode import attribute_names, attributes, is_otlp, log_records, spans
from stillwatch.logs.otlp.genai import (
    CHOICE_EVENT,
    DETAILS_EVENT,
    MESSAGE_EVENTS,
    read_genai_span,
    read_message_event,
)
from stillwatch.logs.otlp.openinference import SPAN_KIND, read_openinference_span
from stillwatch.logs.times import time_ns
from stillwatch.wire.values import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row
    from stillwatch.logs.otlp.decode import Item

SPAN_PART: Final = "otel-span"
REQUEST_PART: Final = "x-request-id"
_GENAI_PREFIXES: Final = ("gen_ai.", "llm.request.", "metadata.user_api_key_")


def is_openinference_line(record: Record) -> bool:
    """Whether the line's model spans are OpenInference throughout."""
    return is_otlp(record) and _kinds(record) == {"openinference"}


def is_genai_line(record: Record) -> bool:
    """Whether this is any other line of OTLP: GenAI spans or events, a mixture, or nothing to do with models."""
    return is_otlp(record) and _kinds(record) != {"openinference"}


def read_line(record: Record) -> Iterator[Row | Part]:
    """Every exchange, or part of one, in the line.

    Raises:
        ValueError: A model span has no start time.
    """
    for item in spans(record):
        yield from _read_span(item)
    for item in log_records(record):
        yield from _read_event(item)


def _kinds(record: Record) -> set[str]:
    return {kind for item in spans(record) if (kind := _kind(item.body))} | {
        "genai" for item in log_records(record) if _event_name(item.body)
    }


def _kind(span: dict[str, Any]) -> str | None:
    names = set(attribute_names(span))
    if SPAN_KIND in names:
        return "openinference"
    return "genai" if any(name.startswith(_GENAI_PREFIXES) for name in names) else None


def _read_span(item: Item) -> Iterator[Row | Part]:
    kind = _kind(item.body)
    if kind is None:
        return
    row = read_openinference_span(item) if kind == "openinference" else read_genai_span(item)
    if row is not None:
        yield _placed(item, row)


def _placed(item: Item, row: Row) -> Row | Part:
    """The row as a part where another record may complete it: an access log, or the events of its content."""
    joined_by = request_id(attributes(item.body.get("attributes")))
    if joined_by is not None:
        return Part(REQUEST_PART, joined_by, 0, row, {})
    key = span_id(item.body)
    if row.get("prompt_text") is None and row["source"] == "otel_genai" and key is not None:
        return Part(SPAN_PART, key, 0, row, {})
    return row


def _read_event(item: Item) -> Iterator[Row | Part]:
    name = _event_name(item.body)
    if name is None:
        return
    if name == DETAILS_EVENT:
        row, pieces = read_genai_span(item), dict[str, str]()
    else:
        row, pieces = read_message_event(item, name)
    key = span_id(item.body)
    if row is not None:
        yield row if key is None else Part(SPAN_PART, key, time_ns(item.body.get("timeUnixNano")) or 1, row, pieces)


def _event_name(body: dict[str, Any]) -> str | None:
    """The name of a log event that we read; older exporters carry it as an attribute."""
    name = text(body.get("eventName")) or text(attributes(body.get("attributes")).get("event.name"))
    return name if name in (DETAILS_EVENT, CHOICE_EVENT) or name in MESSAGE_EVENTS else None
