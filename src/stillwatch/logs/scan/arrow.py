"""Between Arrow columns and spans of bytes: text columns as spans, spans as text and number columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numba
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.hashing import text_buffers
from stillwatch.logs.scan.grammar import SLACK, Kind, copy_bytes, copy_text
from stillwatch.logs.scan.objects import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stillwatch.logs.scan.objects import Spans

_MOST_BYTES_32: Final = 2**31 - 1
_LONGEST_INT: Final = 18


def as_spans(found: Any) -> Texts | None:
    """A column of text as spans; None for a column of another type."""
    if found is None or not (pa.types.is_string(found.type) or pa.types.is_large_string(found.type)):
        return None
    data, offsets, valid = text_buffers(found)
    return Texts(data, offsets[:-1], offsets[1:], valid)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _gather(data: Any, starts: Any, ends: Any, kinds: Any, out: Any, offsets: Any) -> int:
    place = 0
    for row in range(starts.shape[0]):
        kind = kinds[row]
        if kind == 6:
            place = copy_bytes(data, starts[row] + 1, ends[row] - 1, out, place)
        elif kind == 7:
            place = copy_text(data, starts[row] + 1, ends[row] - 1, out, place)
        elif kind >= 3:
            place = copy_bytes(data, starts[row], ends[row], out, place)
        offsets[row + 1] = place
    return place


def gathered(data: npt.NDArray[np.uint8], starts: Any, ends: Any, kinds: npt.NDArray[np.uint8]) -> Any:
    """What the spans say as a text column: strings without quotes and escapes, null for null, else the JSON itself."""
    valid = kinds >= Kind.FALSE
    size = int((ends - starts)[valid].sum())
    is_small = size <= _MOST_BYTES_32
    out, offsets = np.empty(size + SLACK, np.uint8), np.zeros(len(kinds) + 1, np.int32 if is_small else np.int64)
    starts, ends = np.ascontiguousarray(starts), np.ascontiguousarray(ends)
    used = _gather(data, starts, ends, np.ascontiguousarray(kinds), out, offsets)
    return text_array(out[:used], offsets, valid)


def text_array(data: npt.NDArray[np.uint8], offsets: Any, valid: npt.NDArray[np.bool_]) -> Any:
    """A text column of its buffers; `offsets` has length rows + 1 and 32 or 64 bits."""
    kind = pa.StringArray if offsets.dtype == np.int32 else pa.LargeStringArray
    bitmap = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    return kind.from_buffers(len(valid), pa.py_buffer(offsets), pa.py_buffer(data), bitmap)


def field_text(texts: Texts, spans: Spans, path: str) -> Any:
    """One wanted field as a text column."""
    node = spans.shape.nodes[path]
    return gathered(texts.data, spans.starts[:, node], spans.ends[:, node], spans.kinds[:, node])


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _integers(data: Any, starts: Any, ends: Any, kinds: Any, out: Any) -> None:
    for row in range(starts.shape[0]):
        if kinds[row] != 4:
            continue
        first = starts[row] + (1 if data[starts[row]] == 45 else 0)
        value: Any = 0
        for position in range(first, ends[row]):
            value = value * 10 + np.int64(data[position]) - 48
        out[row] = -value if first > starts[row] else value


def field_integers(texts: Texts, spans: Spans, path: str) -> npt.NDArray[np.int64]:
    """One wanted field as integers; 0 where it is no integer of at most 18 digits, see `are_short`."""
    node = spans.shape.nodes[path]
    out = np.zeros(len(spans.kinds), np.int64)
    starts, ends, kinds = (np.ascontiguousarray(found[:, node]) for found in (spans.starts, spans.ends, spans.kinds))
    _integers(texts.data, starts, ends, kinds, out)
    return out


def are_short(spans: Spans, path: str) -> npt.NDArray[np.bool_]:
    """Whether the field has few enough digits for `field_integers`."""
    node = spans.shape.nodes[path]
    short: npt.NDArray[np.bool_] = spans.ends[:, node] - spans.starts[:, node] <= _LONGEST_INT
    return short


def among(kinds: npt.NDArray[np.uint8], *allowed: Kind) -> npt.NDArray[np.bool_]:
    """Whether each kind is one of those."""
    table = np.zeros(len(Kind), np.bool_)
    table[list(allowed)] = True
    return table[kinds]


def replaced(column: Any, rows: npt.NDArray[np.int64], values: Sequence[Any]) -> Any:
    """The column with other values in some rows, given in order."""
    if not len(rows):
        return column
    mask = np.zeros(len(column), np.bool_)
    mask[rows] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array(values, column.type))


def masked_integers(values: npt.NDArray[np.int64], valid: npt.NDArray[np.bool_]) -> Any:
    """An integer column that is null where `valid` is false."""
    return pa.array(values, mask=~valid)


def by_row(column: Any, rows: npt.NDArray[np.int64], read: Callable[[Any], Any]) -> list[Any]:
    """Read some rows of a column one after the other."""
    return [read(value) for value in column.take(pa.array(rows)).to_pylist()] if len(rows) else []
