"""SQLite through its ADBC driver, which others wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from database_logs import sqlite_log
from exchange_log import MINUTE, START, exchange
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.logs.databases.adbc import adbc_batches
from stillwatch.logs.databases.address import Credentials, parse_address
from stillwatch.logs.databases.bounds import Bounds

if TYPE_CHECKING:
    from pathlib import Path

_SPAN = Bounds(START + 3 * MINUTE, START + 6 * MINUTE)


@pytest.fixture
def address(tmp_path: Path) -> str:
    return sqlite_log(tmp_path / "a b.db", [exchange(number) for number in range(10)])


def rows(address: str, query: str, bounds: Bounds | None = None) -> list[dict[str, object]]:
    with adbc_batches(parse_address(address), query, bounds, Credentials(), "the log") as batches:
        return [row for batch in batches for row in batch.to_pylist()]


def test_rows_come_as_they_are(address: str) -> None:
    assert rows(address, "SELECT * FROM log ORDER BY started_at;") == [exchange(number) for number in range(10)]


def test_the_two_times_are_bound(address: str) -> None:
    query = (
        "SELECT record_id FROM log WHERE started_at / 1e9 >= unixepoch(?1) AND started_at / 1e9 < unixepoch(?2) "
        "ORDER BY started_at"
    )
    assert rows(address, query, _SPAN) == [{"record_id": f"req-{number}"} for number in (3, 4, 5)]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * FROM nope", "the log: .*no such table: nope"),
        ("SELECT nope FROM log", "no such column: nope"),
        ("SELEKT 1", "syntax error"),
        ("DELETE FROM log", "readonly database"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(address: str, query: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        rows(address, query)


def test_a_column_whose_values_change_their_type_is_said(address: str) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 70000) "
    with pytest.raises(InputError, match=r"broke off.*write CAST\(column AS TEXT\)"):
        rows(address, f"{numbers} SELECT CASE WHEN i < 69000 THEN i ELSE 'text' END AS x FROM n")  # noqa: S608  # ours


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        rows(f"sqlite:{tmp_path}/none.db", "SELECT 1")
    assert list(tmp_path.iterdir()) == []


def test_any_driver_is_called_by_the_name_of_its_package(address: str) -> None:
    uri = address.removeprefix("sqlite:")
    assert rows(f"adbc:adbc_driver_sqlite:{uri}", "SELECT count(*) AS n FROM log") == [{"n": 10}]
    with pytest.raises(SettingsError, match="adbc-driver-of-nobody"):
        rows("adbc:adbc_driver_of_nobody:x", "SELECT 1")
