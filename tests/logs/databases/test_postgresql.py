"""PostgreSQL itself, which is started for these tests."""

from __future__ import annotations

from itertools import starmap
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from database_logs import stored
from exchange_log import MINUTE, START, exchange, quiet, write_log
from postgres_server import PostgresServer, postgres_programs
from stillwatch.core.errors import InputError, PeerError, SettingsError, StillwatchError
from stillwatch.logs.databases.address import Credentials, parse_address
from stillwatch.logs.databases.bounds import Bounds
from stillwatch.logs.databases.export import open_export
from stillwatch.logs.databases.load_driver import load_driver
from stillwatch.logs.databases.postgresql import postgresql_batches
from stillwatch.logs.ingest import ingest
from stillwatch.logs.ingest_export import ingest_export
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
_NEW = "SELECT * FROM log WHERE started_at >= $1 AND started_at < $2 ORDER BY started_at"
_COLUMNS = (
    "record_id text, started_at timestamp, account_id text, client_address text, request_model varchar(40), "
    "prompt_text text, reply_text text, turn int2, status_code int4, output_tokens int8"
)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)
        one = PostgresServer(Path(folder), programs)
        one.start()
        yield one
        one.stop()


@pytest.fixture(scope="module")
def records(server: PostgresServer) -> list[dict[str, Any]]:
    """What stands in the table `log`, whose times have no zone, as a gateway's often have none."""
    found = [exchange(number, prompt_text=f"Say {number}: " + "word " * (number % 50)) for number in range(3000)]
    seconds = (f"to_timestamp({record['started_at'] // 10**9}) AT TIME ZONE 'UTC'" for record in found)
    values = starmap(_row, zip(found, seconds, strict=True))
    execute(server, f"CREATE TABLE log ({_COLUMNS})", f"INSERT INTO log VALUES {', '.join(values)}")  # noqa: S608  # ours
    return found


def _row(record: dict[str, Any], time: str) -> str:
    written = {name: f"'{value}'" if isinstance(value, str) else str(value) for name, value in record.items()}
    return f"({', '.join((written | {'started_at': time}).values())})"


def execute(server: PostgresServer, *statements: str) -> None:
    dbapi = load_driver("adbc_driver_postgresql")
    with dbapi.connect(server.address, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rows(address: str, query: str, bounds: Bounds | None = None) -> list[dict[str, Any]]:
    with postgresql_batches(parse_address(address), query, bounds, "the log") as batches:
        return [row for batch in batches for row in batch.to_pylist()]


def test_the_store_holds_what_a_file_gives(
    server: PostgresServer, records: list[dict[str, Any]], tmp_path: Path
) -> None:
    one, other = (Store.open(tmp_path / name, salt=7) for name in ("file", "database"))
    ingest(one, [write_log(tmp_path / "log.jsonl", records)], Reading(workers=1), quiet)
    since, until = START + 1000 * MINUTE, START + 2000 * MINUTE
    for number, span in enumerate([Bounds(0, since), Bounds(since, until), Bounds(until, until + 10**15)]):
        folder = tmp_path / str(number)
        folder.mkdir()
        address = parse_address(server.address)
        with open_export(address, _NEW, span, Credentials(), "the log", folder) as export:
            ingest_export(other, export, Reading(workers=1), quiet)
    assert stored(other) == stored(one)


def test_rows_come_in_order_however_many_are_fetched_at_once(
    server: PostgresServer, records: list[dict[str, Any]]
) -> None:
    found = rows(server.address, "SELECT record_id FROM log ORDER BY started_at;")
    assert found == [{"record_id": record["record_id"]} for record in records]


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * FROM nope", 'the log: relation "nope" does not exist.*name of the table'),
        ("SELECT nope FROM log", 'column "nope" does not exist.*name of the column'),
        ("SELEKT 1", "syntax error.*one SELECT"),
        ("SELECT 1; SELECT 2", "cannot insert multiple commands.*one SELECT"),
        (_NEW, "requires 2.*add --incremental"),
        ("SELECT 1/0", "division by zero"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(server: PostgresServer, query: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        rows(server.address, query)


@pytest.mark.usefixtures("records")
def test_an_export_may_not_write(server: PostgresServer) -> None:
    execute(server, "CREATE FUNCTION empty() RETURNS int AS 'DELETE FROM log; SELECT 1' LANGUAGE sql")
    with pytest.raises(InputError, match=r"read-only transaction.*may read only"):
        rows(server.address, "SELECT empty()")


@pytest.mark.parametrize(
    ("user", "database", "kind", "told"),
    [
        ("nobody", "postgres", SettingsError, 'role "nobody" does not exist.*PGPASSWORD'),
        ("stillwatch", "nope", SettingsError, 'database "nope" does not exist'),
        ("locked", "postgres", InputError, "permission denied for table log.*GRANT SELECT"),
    ],
)
@pytest.mark.usefixtures("records")
def test_who_may_not_read_is_told_so(
    server: PostgresServer, user: str, database: str, kind: type[StillwatchError], told: str
) -> None:
    execute(server, "DROP ROLE IF EXISTS locked", "CREATE ROLE locked LOGIN")
    with pytest.raises(kind, match=told):
        rows(f"postgresql://{user}@127.0.0.1:{server.port}/{database}", "SELECT * FROM log")


def test_a_server_that_dies_half_way_is_a_peer_that_failed() -> None:
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)
        one = PostgresServer(Path(folder), programs)
        one.start()
        query = "SELECT i FROM generate_series(1, 1000000) AS t(i)"
        with postgresql_batches(parse_address(one.address), query, None, "the log") as batches:
            assert next(batches).num_rows
            one.kill()
            with pytest.raises(PeerError, match=r"the log: the export broke off.*run the same command again"):
                list(batches)
