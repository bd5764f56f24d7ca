"""Count what lies in a store now, from its Parquet: the closing files of parts still count what was erased since."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.logs.store import TABLES

if TYPE_CHECKING:
    from stillwatch.logs.store import Store


class TableContents(NamedTuple):
    table: str
    files: int
    rows: int
    size_bytes: int


class Contents(NamedTuple):
    exchanges: int
    accounts: int
    first_at: int | None
    """Nanoseconds since 1970 UTC; None when there is no exchange."""
    last_at: int | None
    tables: tuple[TableContents, ...]


def count_contents(store: Store) -> Contents:
    """Read the account and the time of every exchange, one part after the other."""
    accounts = np.zeros(0, np.int64)
    exchanges, spans = 0, list[tuple[int, int]]()
    for file in store.files("exchanges"):
        rows = pq.read_table(file, columns=["account_key", "started_at"])
        if not rows.num_rows:
            continue
        exchanges += rows.num_rows
        accounts = np.union1d(accounts, rows["account_key"].to_numpy())
        ends = pc.min_max(rows["started_at"]).as_py()
        spans.append((ends["min"], ends["max"]))
    return Contents(
        exchanges=exchanges,
        accounts=int(np.count_nonzero(accounts)),
        first_at=min((first for first, _ in spans), default=None),
        last_at=max((last for _, last in spans), default=None),
        tables=tuple(_table(store, name) for name in TABLES),
    )


def _table(store: Store, name: str) -> TableContents:
    files = sorted((store.root / name).glob("*.parquet"))
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    return TableContents(name, len(files), rows, sum(file.stat().st_size for file in files))
