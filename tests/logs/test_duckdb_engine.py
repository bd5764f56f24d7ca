"""The engine on DuckDB: named queries over named tables, and errors that show both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from small_engine import small_engine
from stillwatch.core.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.logs.duckdb_engine import DuckDbEngine

_SCHEMA = pa.schema([("account_no", pa.int64()), ("name", pa.string())])


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDbEngine]:
    made = small_engine(tmp_path / "spill")
    yield made
    made.close()


def test_a_table_that_was_put_can_be_asked(engine: DuckDbEngine) -> None:
    engine.put("account", pa.table({"account_no": [2, 1], "name": ["b", "a"]}))
    assert engine.run("account_all").to_pylist() == [{"account_no": 1, "name": "a"}, {"account_no": 2, "name": "b"}]
    engine.put("account", pa.table({"account_no": [3]}))
    assert engine.run("account_all").to_pylist() == [{"account_no": 3}]


def test_attached_files_are_one_table(engine: DuckDbEngine, tmp_path: Path) -> None:
    for number in (1, 2):
        pq.write_table(pa.table({"account_no": [number], "name": [str(number)]}), tmp_path / f"{number}.parquet")
    engine.attach("account", [str(tmp_path / "1.parquet"), str(tmp_path / "2.parquet")], _SCHEMA)
    assert engine.run("account_all")["account_no"].to_pylist() == [1, 2]


def test_no_files_are_an_empty_table(engine: DuckDbEngine) -> None:
    engine.attach("account", [], _SCHEMA)
    assert (engine.run("account_all").num_rows, engine.run("account_all").schema.names) == (0, _SCHEMA.names)


def test_a_query_that_fails_shows_itself(engine: DuckDbEngine) -> None:
    with pytest.raises(InternalError, match=r"(?s)query account_all.*FROM account"):
        engine.run("account_all")
    with pytest.raises(InternalError, match="query duplicate"):
        engine.define("duplicate")
