"""Cut a stream of rows where the rows themselves say so.

Cutting after every so many rows, one row more at the beginning would change every block. So a block ends after a row
whose digest has enough zero bits (content-defined chunking, Muthitacharoen et al., SOSP 2001): where an export begins
later because old rows were deleted, or has a row more, the blocks are the same again after the next cut or two. The
digest is of numbers, times and lengths of texts; that two rows agree in all of them moves a cut and does no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.databases.plain_columns import column_sizes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MIX: Final = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
_SHIFT: Final = np.uint64(33)


class CutLimits(NamedTuple):
    """How long a piece may be."""

    least_rows: int = 2048
    mean_rows: int = 8192
    """Beyond the least; a power of two."""
    most_bytes: int = 16 << 20


class _RowMarks(NamedTuple):
    is_cut: npt.NDArray[np.bool_]
    size_bytes: npt.NDArray[np.int64]


def cut_rows(batches: Iterable[pa.RecordBatch], limits: CutLimits) -> Iterator[pa.Table]:
    """The rows of batches of one schema, in order, in pieces that do not depend on how the batches were cut."""
    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        marks = _marks(batch, limits)
        start = 0
        while start < batch.num_rows:
            stop = _end(marks, start, rows, size, limits)
            found = stop is not None
            stop = batch.num_rows if stop is None else stop
            held.append(batch.slice(start, stop - start))
            rows, size = rows + stop - start, size + int(marks.size_bytes[start:stop].sum())
            if found:
                yield pa.Table.from_batches(held)
                held, rows, size = [], 0, 0
            start = stop
    if held:
        yield pa.Table.from_batches(held)


def _end(marks: _RowMarks, start: int, rows: int, size: int, limits: CutLimits) -> int | None:
    """The row after the piece that holds so much already and goes on at `start`; None = it goes on past the batch."""
    earliest = start + max(limits.least_rows - rows - 1, 0)
    chosen = np.flatnonzero(marks.is_cut[earliest:])
    full = np.flatnonzero(size + np.cumsum(marks.size_bytes[start:]) >= limits.most_bytes)
    ends = [earliest + int(chosen[0]) + 1] if len(chosen) else []
    ends += [start + int(full[0]) + 1] if len(full) else []
    return min(ends, default=None)


def _marks(batch: pa.RecordBatch, limits: CutLimits) -> _RowMarks:
    digest: npt.NDArray[np.uint64] = np.zeros(batch.num_rows, np.uint64)
    size = np.zeros(batch.num_rows, np.int64)
    for column in batch.columns:
        lengths = column_sizes(column).to_numpy(zero_copy_only=False)
        size += lengths
        digest = _mixed(np.bitwise_xor(digest, _numbers(column, lengths).view(np.uint64)))
    return _RowMarks((digest & np.uint64(limits.mean_rows - 1)) == 0, size)


def _numbers(column: Any, lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """What of each value goes into the digest, (n,)."""
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        whole = pc.fill_null(column.cast(pa.int64(), safe=False), 0)
        return np.asarray(whole.to_numpy(zero_copy_only=False), np.int64)
    if pa.types.is_floating(kind):
        return np.asarray(pc.fill_null(column, 0.0).to_numpy(zero_copy_only=False), np.float64).view(np.int64)
    return lengths


def _mixed(value: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Murmur3's 64-bit finaliser, so that each bit hangs on each."""
    for factor in _MIX:
        value = (value ^ (value >> _SHIFT)) * factor
    return value ^ (value >> _SHIFT)
