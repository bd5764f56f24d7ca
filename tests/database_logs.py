"""The same exchanges in a file and in databases, and what a store made of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from stillwatch.logs.store import Store


def sqlite_log(path: Path, records: Sequence[dict[str, Any]]) -> str:
    """Add records to the table `log` of a SQLite file; give its address."""
    names = list(records[0])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS log ({', '.join(names)})")
        rows = (tuple(record[name] for name in names) for record in records)
        connection.executemany(f"INSERT INTO log VALUES ({', '.join('?' * len(names))})", rows)  # noqa: S608  # ours
        connection.commit()
    return f"sqlite:{path}"


def stored(store: Store) -> dict[str, list[Any]]:
    """What the store holds of exchanges and keys, without the numbers that it gave them, sorted."""
    return {name: _unnumbered(store.files(name)) for name in ("exchanges", "keys")}


def _unnumbered(files: Iterable[str]) -> list[Any]:
    tables = [pq.read_table(file) for file in files]
    if not tables:
        return []
    return sorted(map(repr, pa.concat_tables(tables).drop_columns(["exchange_no"]).to_pylist()))
