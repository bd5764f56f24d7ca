"""The engine: named queries over named tables, and errors that show both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.core.errors import InternalError
from stillwatch.logs import engine as engine_module
from stillwatch.logs.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUERIES = sorted((Path(engine_module.__file__).parent / "queries").glob("*.sql"))
_SCHEMA = pa.schema([("account_no", pa.int64()), ("name", pa.string())])


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = Engine(spill=tmp_path / "spill", memory_bytes=1 << 28, threads=1)
    yield made
    made.close()


def test_a_table_that_was_put_can_be_asked(engine: Engine) -> None:
    engine.put("account", pa.table({"account_no": [2, 1], "name": ["b", "a"]}))
    assert engine.run("account_all").to_pylist() == [{"account_no": 1, "name": "a"}, {"account_no": 2, "name": "b"}]
    engine.put("account", pa.table({"account_no": [3]}))
    assert engine.run("account_all").to_pylist() == [{"account_no": 3}]


def test_attached_files_are_one_table(engine: Engine, tmp_path: Path) -> None:
    for number in (1, 2):
        pq.write_table(pa.table({"account_no": [number], "name": [str(number)]}), tmp_path / f"{number}.parquet")
    engine.attach("account", [str(tmp_path / "1.parquet"), str(tmp_path / "2.parquet")], _SCHEMA)
    assert engine.run("account_all")["account_no"].to_pylist() == [1, 2]


def test_no_files_are_an_empty_table(engine: Engine) -> None:
    engine.attach("account", [], _SCHEMA)
    assert (engine.run("account_all").num_rows, engine.run("account_all").schema.names) == (0, _SCHEMA.names)


def test_a_query_that_fails_shows_itself(engine: Engine) -> None:
    with pytest.raises(InternalError, match=r"(?s)query account_all.*FROM account"):
        engine.run("account_all")
    with pytest.raises(InternalError, match="query duplicate"):
        engine.define("duplicate")


@pytest.mark.parametrize("file", _QUERIES, ids=lambda file: file.stem)
def test_every_query_says_what_it_needs_and_gives(file: Path) -> None:
    text = file.read_text("utf-8")
    head = " ".join(line for line in text.splitlines() if line.startswith("--"))
    assert text.startswith("-- ")
    assert all(word in head for word in ("in:", "out:", "order:"))
