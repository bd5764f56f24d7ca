from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from exchange_log import MINUTE, START
from stillwatch.core.errors import InputError
from stillwatch.logs.databases.address import parse_address
from stillwatch.logs.databases.bounds import Bounds
from stillwatch.logs.databases.duckdb_file import duckdb_batches

if TYPE_CHECKING:
    from pathlib import Path

_SPAN = Bounds(START + 3 * MINUTE, START + 6 * MINUTE)


@pytest.fixture
def address(tmp_path: Path) -> str:
    with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
        times = "TIMESTAMP '2026-03-01 09:00:00' + INTERVAL 1 MINUTE * i"
        connection.execute(f"CREATE TABLE log AS SELECT i, {times} AS started_at FROM range(10) AS t(i)")  # noqa: S608  # ours
    return f"duckdb:{tmp_path}/log.duckdb"


def rows(address: str, query: str, bounds: Bounds | None = None) -> list[dict[str, object]]:
    with duckdb_batches(parse_address(address), query, bounds, "the log") as batches:
        return [row for batch in batches for row in batch.to_pylist()]


def test_rows_come_in_order(address: str) -> None:
    assert rows(address, "SELECT i FROM log ORDER BY started_at;") == [{"i": number} for number in range(10)]


def test_the_two_times_are_bound_as_utc(address: str) -> None:
    query = "SELECT i FROM log WHERE started_at >= $since AND started_at < $until ORDER BY started_at"
    assert rows(address, query, _SPAN) == [{"i": 3}, {"i": 4}, {"i": 5}]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * FROM nothing", "the log: Catalog Error.*nothing"),
        ("SELECT nothing FROM log", "Binder Error.*nothing"),
        ("SELECT i FROM log WHERE started_at >= $since", r"\$since"),
        ("DELETE FROM log", "read-only"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(address: str, query: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        rows(address, query)


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "no.duckdb").write_bytes(b"no database" * 1000)
    for name, told in (("none.duckdb", "no such file"), ("no.duckdb", "not a valid DuckDB")):
        with pytest.raises(InputError, match=told):
            rows(f"duckdb:{tmp_path}/{name}", "SELECT 1")
