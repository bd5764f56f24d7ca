"""Ask a database an export query, whatever database it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError
from stillwatch.logs.databases.adbc import adbc_batches
from stillwatch.logs.databases.address import Address, Credentials, Kind
from stillwatch.logs.databases.clickhouse import clickhouse_batches
from stillwatch.logs.databases.duckdb_file import duckdb_batches
from stillwatch.logs.databases.postgresql import postgresql_batches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from stillwatch.logs.databases.bounds import Bounds

_TIMES: Final = {
    Kind.POSTGRESQL: ("$1", "$2"),
    Kind.CLICKHOUSE: ("{since:", "{until:"),
    Kind.DUCKDB: ("$since", "$until"),
}
"""What a query calls the two times; drivers of the others count parameters themselves."""


def open_database(
    address: Address, query: str, bounds: Bounds | None, credentials: Credentials, name: str
) -> AbstractContextManager[Iterator[pa.RecordBatch]]:
    """Ask, and give the rows in record batches, never all at once.

    Args:
        address: Where.
        query: One SELECT in the database's own dialect.
        bounds: Bound as the query's two parameters; None = it has none.
        credentials: Not for PostgreSQL, whose library finds its own.
        name: What errors call the export.

    Raises:
        SettingsError: User, password or database are not accepted, or a driver is not installed.
        PeerError: A server cannot be reached, or breaks off.
        InputError: The query is wrong, or a file is.
    """
    if bounds is not None:
        _check_times(address.kind, query, name)
    if address.kind is Kind.POSTGRESQL:
        return postgresql_batches(address, query, bounds, name)
    if address.kind is Kind.CLICKHOUSE:
        return clickhouse_batches(address, query, bounds, credentials, name)
    if address.kind is Kind.DUCKDB:
        return duckdb_batches(address, query, bounds, name)
    return adbc_batches(address, query, bounds, credentials, name)


def _check_times(kind: Kind, query: str, name: str) -> None:
    """A query that takes no times would give all rows again for each span, and they would count twice."""
    if missing := [one for one in _TIMES.get(kind, ()) if one not in query]:
        mend = "write WHERE time >= … AND time < …, or leave --incremental out"
        said = " and ".join(one + "…}" if one.startswith("{") else one for one in missing)
        raise InputError(f"an incremental export is asked for two times; the query lacks {said}", where=name, mend=mend)
