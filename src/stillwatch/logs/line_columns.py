"""JSON Lines to the batch that the same records would be in Parquet, so that one fast path reads both.

A line is plain when it is one object whose known fields have the types that the format's writer gives them. Nested
values go over as JSON text. Every other line is left to the parser, and loses nothing but time.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.logs.scan.arrow import among, are_short, field_integers, field_text, masked_integers
from stillwatch.logs.scan.grammar import Kind
from stillwatch.logs.scan.objects import Spans, Texts, scan_objects, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.limits import Limits

_LINE_BREAK: Final = 10
_BLANK: Final = 32
_LONGEST_BLANK: Final = 16  # a longer run of blanks between two brackets is nobody's habit
_MISSING: Final = (Kind.ABSENT, Kind.NULL)
_TEXT: Final = (Kind.TEXT, Kind.ESCAPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShape:
    """The fields of a format's lines by what they hold; a field that none of them names makes a line not plain."""

    required: tuple[str, ...]
    """Fields that show, by being there, that the line is of the format."""
    texts: tuple[str, ...]
    values: tuple[str, ...]
    """Objects, lists, or text."""
    counts: tuple[str, ...]
    numbers: tuple[str, ...]
    times: tuple[str, ...]
    """Epoch seconds with a fraction."""
    ignored: tuple[str, ...]
    """Known, and not read."""

    def names(self) -> tuple[str, ...]:
        """Every field once."""
        return tuple(dict.fromkeys(name for field in fields(self) for name in getattr(self, field.name)))


class Lines(NamedTuple):
    """Some lines of a block."""

    batch: pa.RecordBatch
    """The plain lines, one a row."""
    numbers: npt.NDArray[np.int64]
    """Number of each plain line within the block, from 0."""
    others: npt.NDArray[np.int64]
    """Numbers of the lines that are neither plain nor blank."""


def line_spans(data: bytes) -> Texts:
    """Every line of a block, without its line break."""
    buffer = np.frombuffer(data or b" ", np.uint8)
    breaks = np.flatnonzero(buffer == _LINE_BREAK)
    ends = breaks if data.endswith(b"\n") else np.append(breaks, len(data))
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])[: len(ends)]
    return Texts(buffer, starts, ends, np.ones(len(ends), np.bool_))


def line_batches(data: bytes, shape: LineShape, limits: Limits) -> Iterator[Lines]:
    """The lines of a block, at most `batch_rows` at once; a line past the largest record is not plain."""
    whole = line_spans(data)
    whole.valid[:] = whole.ends - whole.starts <= limits.max_record_bytes
    for first in range(0, len(whole.starts), limits.batch_rows):
        rows = slice(first, first + limits.batch_rows)
        yield _lines(whole.taken(rows), shape, first)


def numbered_lines(data: bytes, wanted: npt.NDArray[np.int64], first: int) -> Iterator[tuple[int, bytes]]:
    """Some lines of a block, by their numbers from 0, each with its number from `first`."""
    if len(wanted):
        spans = line_spans(data)
        starts, ends = spans.starts[wanted].tolist(), spans.ends[wanted].tolist()
        for number, start, end in zip(wanted.tolist(), starts, ends, strict=True):
            yield first + number, data[start:end]


def is_utf8(data: bytes) -> bool:
    """Whether all of it is UTF-8, by Arrow's own quick check."""
    offsets = pa.py_buffer(np.array([0, len(data)], np.int64))
    whole = pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(data))
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _lines(texts: Texts, shape: LineShape, first: int) -> Lines:
    spans = scan_objects(texts, shape_of(shape.names()))
    plain = _plain(spans, shape) & ~_are_blank(texts, spans, shape)
    kept = np.flatnonzero(plain)
    texts, spans = (texts.taken(kept), spans.taken(kept)) if len(kept) < len(plain) else (texts, spans)
    columns = _columns(texts, spans, shape)
    batch = pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))
    return Lines(batch, kept + first, np.flatnonzero(~plain) + first)


def _plain(spans: Spans, shape: LineShape) -> npt.NDArray[np.bool_]:
    plain: npt.NDArray[np.bool_] = (spans.kind("") == Kind.OBJECT) & ~spans.strange
    for name in shape.required:
        plain &= spans.kind(name) != Kind.ABSENT
    for names, kinds in (
        (shape.texts, (*_MISSING, *_TEXT)),
        (shape.values, (*_MISSING, *_TEXT, Kind.OBJECT, Kind.ARRAY)),
        (shape.counts, (*_MISSING, Kind.INT)),
        (shape.numbers, (*_MISSING, Kind.INT, Kind.FLOAT)),
        (shape.times, (*_MISSING, Kind.FLOAT)),
    ):
        for name in names:
            plain &= among(spans.kind(name), *kinds)
    for name in shape.counts:
        plain &= are_short(spans, name)
    return plain


def _are_blank(texts: Texts, spans: Spans, shape: LineShape) -> npt.NDArray[np.bool_]:
    """Whether a line has an object or a list with nothing but blanks in it; one written without becomes null here.

    What is empty is nothing to every reader, and text that says so would be something.
    """
    blank = np.zeros(len(spans.kinds), np.bool_)
    for name in shape.values:
        node = spans.shape.nodes[name]
        lengths = spans.ends[:, node] - spans.starts[:, node]
        nested = among(spans.kinds[:, node], Kind.OBJECT, Kind.ARRAY)
        spans.kinds[nested & (lengths == 2), node] = Kind.NULL
        inside = texts.data[np.where(nested, spans.starts[:, node] + 1, 0)]
        blank |= nested & (lengths > 2) & (lengths < _LONGEST_BLANK) & (inside <= _BLANK)
    return blank


def _columns(texts: Texts, spans: Spans, shape: LineShape) -> dict[str, Any]:
    columns: dict[str, Any] = {name: field_text(texts, spans, name) for name in (*shape.texts, *shape.values)}
    for name in shape.counts:
        columns[name] = masked_integers(field_integers(texts, spans, name), spans.kind(name) == Kind.INT)
    for name in (*shape.numbers, *shape.times):
        columns[name] = field_text(texts, spans, name).cast(pa.float64())
    return columns
