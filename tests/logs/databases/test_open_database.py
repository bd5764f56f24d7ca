from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from database_logs import sqlite_log
from exchange_log import START, exchange
from stillwatch.core.errors import InputError, PeerError
from stillwatch.logs.databases.address import Credentials, parse_address
from stillwatch.logs.databases.bounds import Bounds
from stillwatch.logs.databases.open_database import open_database

if TYPE_CHECKING:
    from pathlib import Path

_QUERY = "SELECT count(*) AS n FROM log"


def count(address: str) -> int:
    with open_database(parse_address(address), _QUERY, None, Credentials(), "the log") as batches:
        [row] = [row for batch in batches for row in batch.to_pylist()]
    return int(row["n"])


def test_files_are_opened_by_what_they_are(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "log.duckdb")) as connection:
        connection.execute("CREATE TABLE log AS SELECT 1")
    assert count(f"duckdb:{tmp_path}/log.duckdb") == 1
    assert count(sqlite_log(tmp_path / "log.db", [exchange(0), exchange(1)])) == 2


@pytest.mark.parametrize("address", ["postgresql://r@127.0.0.1:1/x", "clickhouse+http://r@127.0.0.1:1/x"])
def test_a_server_that_is_not_there_is_a_peer_that_failed(address: str) -> None:
    with pytest.raises(PeerError, match=r"the log: .*check host and port"):
        count(address)


@pytest.mark.parametrize(
    ("address", "query", "told"),
    [
        ("postgresql://r@127.0.0.1:1/x", "SELECT $1", r"lacks \$2"),
        ("clickhouse+http://r@127.0.0.1:1/x", "SELECT 1", "lacks {since:…} and {until:…}"),
        ("duckdb:x", "SELECT $since", r"lacks \$until"),
    ],
)
def test_an_incremental_query_takes_both_times(address: str, query: str, told: str) -> None:
    with (
        pytest.raises(InputError, match=told),
        open_database(parse_address(address), query, Bounds(0, START), Credentials(), "the log"),
    ):
        pass
