"""Read the row groups of a block, as batches and as plain Python records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.logs.folder_columns import folder_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.file_blocks import Block
    from stillwatch.logs.format import Record
    from stillwatch.logs.limits import Limits
    from stillwatch.logs.rejects import RejectLog

_UNREADABLE: Final = "unreadable Parquet rows"
_TIME: Final = pa.timestamp("ns")


def parquet_batches(
    block: Block, limits: Limits, log: RejectLog, columns: list[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The batches of the block's row groups, with all columns or some; where the file is damaged they end, and what is
    lost is counted.
    """
    first, last = block.row_groups or (0, 0)
    expected = given = 0
    try:
        with pq.ParquetFile(block.path, pre_buffer=False) as file:
            groups = [file.metadata.row_group(index) for index in range(first, last)]
            expected = sum(group.num_rows for group in groups)
            row_bytes = sum(group.total_byte_size for group in groups) // max(expected, 1)
            batch_rows = max(1, min(limits.batch_rows, limits.batch_bytes // max(row_bytes, 1)))
            named = _beside(block, file.schema_arrow.names, columns)
            own = columns and [name for name in columns if name not in named]
            chosen = {"row_groups": list(range(first, last)), "columns": own}
            # The cores have a block each: threads within one only wait for each other.
            for batch in file.iter_batches(batch_size=batch_rows, use_threads=False, **chosen):
                given += batch.num_rows
                yield _with_columns(batch, named)
    except (pa.ArrowException, OSError, ValueError, IndexError) as error:
        lost = max(expected - given, 1)
        log.add(_UNREADABLE, path=str(block.path), line=block.first_line + given, record=str(error), count=lost)


def row_count(block: Block) -> int:
    """How many rows the block has by its file's own account; 0 where the file is damaged."""
    try:
        metadata = pq.read_metadata(block.path)
        return sum(metadata.row_group(index).num_rows for index in range(*(block.row_groups or (0, 0))))
    except (pa.ArrowException, OSError, IndexError):
        return 0


def column_names(block: Block) -> list[str]:
    """Names of the columns of the block's file; none where it is damaged."""
    try:
        names = list(pq.read_schema(block.path).names)
    except (pa.ArrowException, OSError):
        return []
    return [*names, *_beside(block, names, None)]


def _beside(block: Block, names: list[str], wanted: list[str] | None) -> dict[str, str | None]:
    """What folders say of every row, of columns that are wanted and that the file does not have."""
    found = folder_columns(block.path)
    return {name: found[name] for name in found if name not in names and (wanted is None or name in wanted)}


def _with_columns(batch: pa.RecordBatch, named: dict[str, str | None]) -> pa.RecordBatch:
    for name, value in named.items():
        batch = batch.append_column(name, pa.repeat(pa.scalar(value, pa.string()), batch.num_rows))
    return batch


def plain_rows(batch: pa.RecordBatch) -> Iterator[tuple[int, Record | None]]:
    """Rows as Python records with their offset; None for one that is no Unicode. Times become ns since 1970."""
    plain = _without_times(batch)
    try:
        rows: list[Any] = plain.to_pylist()
    except (UnicodeDecodeError, ValueError, OverflowError):
        rows = [_row(plain.slice(offset, 1)) for offset in range(plain.num_rows)]
    yield from enumerate(rows)


def _row(one: pa.RecordBatch) -> Record | None:
    try:
        record: Record = one.to_pylist()[0]
    except (UnicodeDecodeError, ValueError, OverflowError):
        return None
    return record


def _without_times(batch: pa.RecordBatch) -> pa.RecordBatch:
    # Python's datetime has no nanoseconds, and Arrow refuses to drop them.
    columns = [_plain_column(column) for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _plain_column(column: pa.Array) -> pa.Array:
    try:
        for timed in (_TIME, pa.int64()):
            wanted = _with_times_as(column.type, timed)
            column = column if wanted == column.type else column.cast(wanted)
    except pa.ArrowException:
        return column
    return column


def _with_times_as(kind: pa.DataType, timed: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.timestamp("ns", kind.tz) if pa.types.is_timestamp(timed) else timed
    if pa.types.is_struct(kind):
        fields = [kind.field(index) for index in range(kind.num_fields)]
        return pa.struct([field.with_type(_with_times_as(field.type, timed)) for field in fields])
    if pa.types.is_large_list(kind):
        return pa.large_list(kind.value_field.with_type(_with_times_as(kind.value_type, timed)))
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_with_times_as(kind.value_type, timed)))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.large_string()
    return kind
