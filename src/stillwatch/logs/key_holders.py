"""Who uses a key of the key table: how much of its use some accounts make up.

held = key_holders(store, [7, 9], ["acct-1", "acct-2"])
held[7]  # Held(inside=118, uses=120): all but two uses are theirs

A template key points at a campaign only as far as nobody else sends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.logs.hashing import hash_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.logs.store import Store


class Held(NamedTuple):
    inside: int
    """Exchanges of the accounts that carry the key."""
    uses: int
    """All exchanges that carry it."""


def key_holders(
    store: Store, keys: Sequence[int], accounts: Sequence[str], *, until: int | None = None
) -> dict[int, Held]:
    """Count the uses of each key, in all and by the accounts; one look at each part of the key table.

    Args:
        store: Which holds the keys.
        keys: To count.
        accounts: By the id that results call them.
        until: The first nanosecond that is not looked at; None = all of the store.
    """
    wanted = pa.array(keys, pa.int64())
    mine = pa.array(hash_text(pa.array(accounts, pa.large_string()), store.settings.salt))
    later = None if until is None else _later(store, until)
    inside, uses = dict[int, int](), dict[int, int]()
    for file in store.files("keys"):
        rows = pq.read_table(file, columns=["share_key", "account_key", "exchange_no"])
        rows = rows.filter(pc.is_in(rows["share_key"], wanted))
        rows = rows.filter(pc.invert(pc.is_in(rows["exchange_no"], later))) if later is not None else rows
        _add(uses, rows["share_key"])
        _add(inside, rows.filter(pc.is_in(rows["account_key"], mine))["share_key"])
    return {key: Held(inside.get(key, 0), count) for key, count in uses.items()}


def _later(store: Store, until: int) -> pa.Array:
    """Numbers of the exchanges that started at a time or after it; rows of the key table name no time."""
    parts = [
        pq.read_table(file, columns=["exchange_no"], filters=[("started_at", ">=", until)])["exchange_no"]
        for file in store.files("exchanges")
    ]
    return pa.chunked_array([chunk for part in parts for chunk in part.chunks], pa.int64()).combine_chunks()


def _add(counts: dict[int, int], keys: pa.ChunkedArray) -> None:
    for entry in pc.value_counts(keys).to_pylist():
        counts[entry["values"]] = counts.get(entry["values"], 0) + entry["counts"]
