"""Parquet files as ranges of row groups, each with a digest of its own bytes, of the schema and of what folders say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from stillwatch.core.errors import InputError
from stillwatch.logs.folder_columns import folder_columns
from stillwatch.logs.streams import PARQUET_MAGIC

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_READ_BYTES: Final = 1 << 20


class RowGroups(NamedTuple):
    first: int
    last: int
    """The row group after the range."""
    first_row: int
    """Number of its first row in the file, from 1."""
    digest: str


def is_parquet(path: Path) -> bool:
    """Whether the file begins as Parquet does."""
    with path.open("rb") as file:
        return file.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC


def row_group_ranges(path: Path, block_bytes: int) -> Iterator[RowGroups]:
    """The row groups of the file, small ones taken together up to `block_bytes` unpacked."""
    try:
        metadata = pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        mend = "fetch or export the file again"
        raise InputError(f"damaged Parquet file: {error}", where=str(path), mend=mend) from error
    first = first_row = size = rows = 0
    for index in range(metadata.num_row_groups):
        group = metadata.row_group(index)
        size, rows = size + group.total_byte_size, rows + group.num_rows
        if size >= block_bytes or index + 1 == metadata.num_row_groups:
            yield RowGroups(first, index + 1, first_row + 1, _digest(path, metadata, range(first, index + 1)))
            first, first_row, size, rows = index + 1, first_row + rows, 0, 0


def _digest(path: Path, metadata: Any, groups: range) -> str:
    digest = xxhash.xxh3_128(str(metadata.schema.to_arrow_schema()).encode())
    if columns := folder_columns(path):
        digest.update(repr(columns).encode())
    with path.open("rb") as file:
        for index in groups:
            group = metadata.row_group(index)
            for column in (group.column(number) for number in range(group.num_columns)):
                offsets = [column.data_page_offset]
                if column.has_dictionary_page and column.dictionary_page_offset:
                    offsets.append(column.dictionary_page_offset)
                file.seek(min(offsets))
                left = column.total_compressed_size
                while left > 0 and (chunk := file.read(min(left, _READ_BYTES))):
                    digest.update(chunk)
                    left -= len(chunk)
    return digest.hexdigest()
