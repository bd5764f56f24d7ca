"""Rows of PostgreSQL, and of what speaks its protocol, through a cursor that holds a few megabytes at a time.

libpq reads user, password and TLS settings where `psql` does: PGPASSWORD, ~/.pgpass, PGSSLMODE, PGSSLROOTCERT. The
transaction is read-only and sees one state of the database; times without a zone are taken as UTC.

A cursor takes parameters and costs a fifth less processor time than the driver's COPY, which takes none.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError, PeerError, SettingsError, StillwatchError
from stillwatch.logs.databases.load_driver import load_driver

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from stillwatch.logs.databases.address import Address
    from stillwatch.logs.databases.bounds import Bounds

_FIRST_ROWS: Final = 500
_MOST_ROWS: Final = 50_000
_FETCH_BYTES: Final = 8 << 20
_SETTINGS: Final = ("SET TRANSACTION READ ONLY", "SET TIME ZONE 'UTC'")
_MENDS: Final = {
    "42P01": "check the name of the table; quote it where it has capitals, and name its schema",
    "42703": "check the name of the column; quote it where it has capitals",
    "42601": "write one SELECT, without a semicolon after which more follows",
    "42501": "let the user of the address read this table: GRANT SELECT",
    "08P01": "$1 and $2 are the times that an incremental export is asked for: add --incremental",
    "25006": "an export query may read only: write a SELECT",
}
_BROKEN: Final = ("08", "57", "53")
"""Classes of states in which the server or the connection is gone, not the query wrong."""


@contextmanager
def postgresql_batches(address: Address, query: str, bounds: Bounds | None, name: str) -> Iterator[Iterator[Any]]:
    """Ask, and give the rows in record batches.

    Args:
        address: Of the server.
        query: One SELECT; `$1` and `$2` are the bounds.
        bounds: None = the query has no parameters.
        name: What errors call the export.

    Raises:
        SettingsError: The server knows neither user nor database, or the driver is not installed.
        PeerError: It cannot be reached, or the connection breaks.
        InputError: The query is wrong.
    """
    dbapi = load_driver("adbc_driver_postgresql")
    try:
        connection = dbapi.connect(address.uri)
    except dbapi.Error as error:
        raise _refused(str(error), name) from error
    with closing(connection), closing(connection.cursor()) as cursor:
        cursor.adbc_statement.set_options(**{"adbc.postgresql.use_copy": "false"})
        try:
            for statement in _SETTINGS:
                cursor.execute(statement)
            cursor.execute(f"DECLARE export NO SCROLL CURSOR FOR {query}", bounds.moments() if bounds else None)
        except dbapi.Error as error:
            raise _wrong(error, name) from error
        yield _fetched(cursor, dbapi.Error, name)


def _fetched(cursor: Any, kind_of_error: Any, name: str) -> Iterator[pa.RecordBatch]:
    rows = _FIRST_ROWS
    while True:
        try:
            cursor.execute(f"FETCH FORWARD {rows} FROM export")
            found = cursor.fetch_arrow_table()
        except kind_of_error as error:
            raise _wrong(error, name) from error
        if not found.num_rows:
            return
        yield from found.to_batches()
        row_bytes = max(found.nbytes // found.num_rows, 1)
        rows = max(1, min(_MOST_ROWS, 2 * rows, _FETCH_BYTES // row_bytes))


def _refused(said: str, name: str) -> StillwatchError:
    what = said.partition("failed: ")[2].strip() or said.strip()
    if "FATAL:" in what or "password" in what:
        mend = "check user and database of the address, and PGPASSWORD or ~/.pgpass"
        return SettingsError(what.partition("FATAL:")[2].strip() or what, where=name, mend=mend)
    return PeerError(what.splitlines()[0], where=name, mend="check host and port, and that the server runs")


def _wrong(error: Any, name: str) -> StillwatchError:
    state = error.sqlstate or ""
    what = _said_of(str(error))
    if (state.startswith(_BROKEN) and state not in _MENDS) or not state:
        mend = "run the same command again: what was read is kept"
        return PeerError(f"the export broke off: {what}", where=name, mend=mend)
    return InputError(what, where=name, mend=_MENDS.get(state, "mend the query; psql shows more"))


def _said_of(text: str) -> str:
    """What the server said, without the query, which the driver repeats."""
    _, _, after = text.partition("ERROR:")
    return (after or text).strip().splitlines()[0].strip()
