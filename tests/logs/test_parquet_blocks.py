"""Row groups taken together up to the size of a block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.logs.parquet_blocks import is_parquet, row_group_ranges

if TYPE_CHECKING:
    from pathlib import Path


def test_ranges_cover_every_row_group_once(tmp_path: Path) -> None:
    path = tmp_path / "log"
    pq.write_table(pa.table({"text": [str(number) * 50 for number in range(1000)]}), path, row_group_size=100)
    assert is_parquet(path)
    ranges = list(row_group_ranges(path, 10_000))
    assert [found.first for found in ranges[1:]] == [found.last for found in ranges[:-1]]
    assert (ranges[0].first, ranges[-1].last, ranges[0].first_row) == (0, 10, 1)


def test_a_file_without_rows_has_no_ranges(tmp_path: Path) -> None:
    path = tmp_path / "log"
    pq.write_table(pa.schema([("a", pa.int64())]).empty_table(), path)
    assert sum(found.last - found.first for found in row_group_ranges(path, 1)) <= 1
