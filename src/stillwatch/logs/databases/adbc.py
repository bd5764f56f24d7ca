"""Rows of any database that has an ADBC driver in Python; of SQLite among them.

The driver streams record batches. Parameters go by place: the first is where an incremental export begins, the second
where it ends, as texts of UTC (`2026-05-01 00:00:00.000000`), which SQLite's own functions of dates understand, or as
times, which the others do.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from stillwatch.core.errors import InputError
from stillwatch.logs.databases.address import Address, Credentials, Kind
from stillwatch.logs.databases.load_driver import load_driver

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from stillwatch.logs.databases.bounds import Bounds

_SQLITE: Final = "adbc_driver_sqlite"
_SQLITE_ROWS: Final = {"adbc.sqlite.query.batch_rows": "65536"}
"""The type of a column is that of its values among the first so many rows: few would often hold nothing but nulls."""
_MEND: Final = "mend the query; one that takes two times is asked with --incremental, any other without"
_CAST: Final = (
    "the type of a column is told by its first rows: write CAST(column AS TEXT), or AS REAL, for the one whose values "
    "differ"
)


@contextmanager
def adbc_batches(
    address: Address, query: str, bounds: Bounds | None, credentials: Credentials, name: str
) -> Iterator[Iterator[pa.RecordBatch]]:
    """Ask, and give the rows in record batches.

    Raises:
        SettingsError: The driver is not installed.
        InputError: The database cannot be opened, or the query is wrong.
    """
    is_sqlite = address.kind is Kind.SQLITE
    dbapi = load_driver(_SQLITE if is_sqlite else address.driver)
    try:
        connection = dbapi.connect(_sqlite_uri(address, name)) if is_sqlite else _connected(dbapi, address, credentials)
    except dbapi.Error as error:
        mend = "check the address; user and password are taken from STILLWATCH_DATABASE_USER and _PASSWORD"
        raise InputError(_said_of(error), where=name, mend=mend) from error
    with closing(connection), closing(connection.cursor()) as cursor:
        if is_sqlite:
            cursor.adbc_statement.set_options(**_SQLITE_ROWS)
        try:
            cursor.execute(query, _parameters(bounds, is_text=is_sqlite))
            reader = cursor.fetch_record_batch()
        except dbapi.Error as error:
            raise InputError(_said_of(error), where=name, mend=_MEND) from error
        yield _streamed(reader, dbapi.Error, name)


def _streamed(reader: Any, kind_of_error: Any, name: str) -> Iterator[pa.RecordBatch]:
    try:
        yield from reader
    except (kind_of_error, OSError, ValueError) as error:
        mend = _CAST if "nvalid" in str(error) or "mismatch" in str(error) else _MEND
        raise InputError(f"the export broke off: {_said_of(error)}", where=name, mend=mend) from error


def _connected(dbapi: Any, address: Address, credentials: Credentials) -> Any:
    said = {"username": credentials.user, "password": credentials.password}
    given = {key: value for key, value in said.items() if value}
    return dbapi.connect(address.uri, db_kwargs=given) if given else dbapi.connect(address.uri)


def _sqlite_uri(address: Address, name: str) -> str:
    path = Path(address.uri.removeprefix("//")).expanduser()
    if not path.is_file():
        raise InputError("there is no such file", where=name, mend="write sqlite:FILE")
    return f"file:{quote(str(path))}?mode=ro"


def _parameters(bounds: Bounds | None, *, is_text: bool) -> tuple[Any, ...] | None:
    if bounds is None:
        return None
    if is_text:
        return tuple(f"{one:%Y-%m-%d %H:%M:%S.%f}" for one in bounds.moments())
    return bounds.moments()


def _said_of(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0].strip() if lines else type(error).__name__
