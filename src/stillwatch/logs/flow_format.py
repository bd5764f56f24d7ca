"""What a file of `logs/flow_formats` declares: where a flow log says who sent how much to whom, and when.

A flow is what one observer (a router, an interface, a sensor) saw of the packets between two ends in some span of time.
Readers work on columns, so a format is a table of paths into its records rather than a function of one record.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stillwatch.logs.format import Record

FLOW_SCHEMA: Final = pa.schema(
    [
        ("source_address", pa.string()),
        ("target_address", pa.string()),
        ("source_port", pa.int64()),
        ("target_port", pa.int64()),
        ("protocol", pa.string()),
        ("start_at", pa.int64()),
        ("end_at", pa.int64()),
        ("sent_bytes", pa.int64()),
        ("sent_packets", pa.int64()),
        ("back_bytes", pa.int64()),
        ("back_packets", pa.int64()),
        ("observer", pa.string()),
        ("sampling", pa.int64()),
        ("is_total", pa.int64()),
        ("status", pa.string()),
    ]
)
"""Times in nanoseconds since 1970 UTC. `sent`: from source to target; `back`: the other way, where one record has
both. `sampling`: one packet in so many was looked at; 0 where nobody said. `is_total`: 1 where the counts are of the
flow so far, and later records of it hold these again. `status`: one of `DROPPED`, `LOST`, `NO_DATA`, else empty.
"""
DROPPED: Final = "dropped"
"""The packets were refused on the way: nothing left."""
LOST: Final = "lost"
"""The observer says that it lost records here."""
NO_DATA: Final = "no data"
"""The observer says that there was nothing to see."""


class Kind(Enum):
    """How a value stands in JSON, and its unit. In CSV and in text tables all are text."""

    TEXT = "text"
    COUNT = "whole number"
    COUNT_TEXT = "whole number as text"
    DECIMAL = "number"
    NANOSECONDS = "ns since 1970, whole number"
    MICROSECONDS = "µs since 1970, whole number"
    MILLISECONDS = "ms since 1970, whole number"
    SECONDS = "s since 1970"
    SECONDS_TEXT = "s since 1970 as text"
    ISO = "date and time; UTC where it has no zone"


@dataclass(frozen=True, slots=True)
class Field:
    path: str
    """Keys down to it, with / between."""
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowCase:
    """Records (or lines of text) as the log has them, and the flows that they are; columns without a value left out."""

    name: str
    records: Sequence[Any]
    flows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFormat:
    name: str
    title: str
    matches: Callable[[Record], bool]
    """Whether a record, or `{"_line": …}` of a text line, is of this format."""
    fields: Mapping[str, Sequence[Field]]
    """Column of `FLOW_SCHEMA`, or of what `finish` reads → where it may stand; the first place with a value wins."""
    cases: tuple[FlowCase, ...]
    raw: pa.Schema | None = None
    """What of a record is read, where paths do not say it: lists within it."""
    unfold: Callable[[pa.Table], pa.Table] | None = None
    """With `raw`: its rows as rows of text columns, one a flow, which `fields` then names."""
    finish: Callable[[pa.Table], pa.Table] | None = None
    """Work out columns of `FLOW_SCHEMA` from others."""
    text_names: Callable[[bytes], tuple[str, ...] | None] | None = None
    """Of text tables: the column names that a line gives, None where it gives none; the first line is tried first."""
    delimiter: str = " "
    """Of text tables."""
    note: str = ""
    """What the counts of this format are not, for the reader of a report."""
