"""Small tables as Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from stillwatch.logs.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS = {"name": "text", "count": "int", "share": "float"}
_ROWS = [{"name": "a", "count": 1, "share": 0.5}, {"name": None, "count": 2, "share": 1}]


def test_rows_come_back(tmp_path: Path) -> None:
    write_table(tmp_path / "table.parquet", _ROWS, _COLUMNS)
    assert pq.read_table(tmp_path / "table.parquet").to_pylist() == _ROWS
    assert [file.name for file in tmp_path.iterdir()] == ["table.parquet"]


def test_no_rows_still_have_typed_columns(tmp_path: Path) -> None:
    write_table(tmp_path / "table.parquet", [], _COLUMNS)
    assert [str(field.type) for field in pq.read_schema(tmp_path / "table.parquet")] == ["string", "int64", "double"]


def test_a_row_without_a_column_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_table(tmp_path / "table.parquet", [{"name": "a"}], _COLUMNS)
    assert list(tmp_path.iterdir()) == []
