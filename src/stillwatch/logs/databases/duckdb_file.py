"""Rows of a DuckDB file, which is opened for reading; `$since` and `$until` are the bounds."""

from __future__ import annotations

from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from stillwatch.logs.databases.address import Address
    from stillwatch.logs.databases.bounds import Bounds

_BATCH_ROWS: Final = 8192


@contextmanager
def duckdb_batches(
    address: Address, query: str, bounds: Bounds | None, name: str
) -> Iterator[Iterator[pa.RecordBatch]]:
    """Ask, and give the rows in record batches; times without a zone are taken as UTC.

    Raises:
        InputError: The file cannot be opened, or the query is wrong.
    """
    path = Path(address.uri).expanduser()
    if not path.is_file():
        raise InputError("there is no such file", where=name, mend="write duckdb:FILE")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise InputError(_said_of(error), where=name, mend="close what writes to it, or copy it first") from error
    with closing(connection):
        try:
            connection.execute(query, dict(zip(("since", "until"), bounds.moments(), strict=True)) if bounds else None)
            connection.execute("SET TimeZone = 'UTC'").fetchall()  # its result stands in the way of the next
            times = dict(zip(("since", "until"), bounds.moments(), strict=True)) if bounds else None
            relation = connection.sql(query, params=times)
            if relation is None:  # before DuckDB 2, of what is no SELECT
                raise InputError("the query gives no rows", where=name, mend="write one SELECT")
            reader = relation.to_arrow_reader(_BATCH_ROWS)
        except duckdb.Error as error:
            mend = "mend the query; an incremental one names both $since and $until, another neither"
            raise InputError(_said_of(error), where=name, mend=mend) from error
        yield _streamed(reader, name)


def _streamed(reader: pa.RecordBatchReader, name: str) -> Iterator[pa.RecordBatch]:
    try:
        yield from reader
    except (duckdb.Error, OSError, ValueError) as error:
        raise InputError(f"the export broke off: {_said_of(error)}", where=name, mend="mend the query") from error


def _said_of(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
