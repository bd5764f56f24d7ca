"""Erasure and retention: rewrite the parts of a store without one account, or without what is older than a day.

Each file is written beside the old one and put in its place, the exchanges last: they say what is left to erase, so a
call that was killed half-way finishes when it is made again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.logs.hashing import hash_one

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.logs.store import Part, Store

_BY_EXCHANGE: Final = ("keys", "excerpts")
_NAMED_BY: Final = {"account": "account_key", "api_key": "api_key_identity"}
"""Kind of a name → the column whose values it names."""


def forget_account(store: Store, account_id: str) -> int:
    """Erase one account: its exchanges, keys, excerpts and name; give the number of exchanges erased."""
    key = hash_one(account_id, store.settings.salt)
    return sum(
        _rewrite(store, part, lambda rows: pc.not_equal(rows["account_key"], key)) for part in store.parts().values()
    )


def forget_before(store: Store, before: int) -> int:
    """Drop every exchange that started before `before`, nanoseconds since 1970 UTC; give how many went."""
    old = [part for part in store.parts().values() if part.first_at < before]
    return sum(_rewrite(store, part, lambda rows: pc.greater_equal(rows["started_at"], before)) for part in old)


def _rewrite(store: Store, part: Part, keeps: Callable[[pa.Table], pa.ChunkedArray]) -> int:
    file = store.root / "exchanges" / f"{part.name}.parquet"
    if not file.exists():
        return 0
    exchanges = pq.read_table(file)
    kept = exchanges.filter(keeps(exchanges))
    names_file = store.root / "names" / f"{part.name}.parquet"
    names = pq.read_table(names_file)
    is_named = _still_named(names, kept)
    if kept.num_rows == exchanges.num_rows and pc.all(is_named).as_py() is not False:
        return 0
    _replace(store, "names", part, names.filter(is_named))
    for table in _BY_EXCHANGE:
        rows = pq.read_table(store.root / table / f"{part.name}.parquet")
        left = pc.is_in(rows["exchange_no"], value_set=kept["exchange_no"].combine_chunks())
        _replace(store, table, part, rows.filter(left))
    _replace(store, "exchanges", part, kept)
    return int(exchanges.num_rows - kept.num_rows)


def _still_named(names: pa.Table, kept: pa.Table) -> pa.ChunkedArray:
    """Whether a name is left to an exchange; names of organisations stay."""
    out = pc.invert(pc.is_in(names["kind"], value_set=pa.array(list(_NAMED_BY))))
    for kind, column in _NAMED_BY.items():
        has_use = pc.is_in(names["name_key"], value_set=kept[column].combine_chunks())
        out = pc.or_(out, pc.and_(pc.equal(names["kind"], kind), has_use))
    return out


def _replace(store: Store, table: str, part: Part, rows: pa.Table) -> None:
    file = store.root / table / f"{part.name}.parquet"
    temporary = file.with_suffix(".tmp")
    pq.write_table(rows, temporary, compression="zstd", compression_level=1)
    temporary.replace(file)
