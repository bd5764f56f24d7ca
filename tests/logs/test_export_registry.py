from __future__ import annotations

import numpy as np
import pyarrow as pa

from stillwatch.logs.account_rows import ACCOUNT_SCHEMA
from stillwatch.logs.export_registry import export_registry
from stillwatch.logs.hashing import hash_text


def _accounts(**columns: list[object]) -> pa.Table:
    size = len(next(iter(columns.values())))
    return pa.table([columns.get(field.name, [None] * size) for field in ACCOUNT_SCHEMA], schema=ACCOUNT_SCHEMA)


def test_who_shares_a_value_still_shares_one_and_nobody_is_named():
    table = _accounts(
        account_id=["anna", "ben", "cleo", "gone"],
        payment_key=["card-1", "card-2", "card-1", "card-1"],
        created_at=[1_700_000_000_123_456_789, None, 5, 6],
    )
    keys = np.sort(hash_text(pa.array(["anna", "ben", "cleo"]), 7))
    names = {key: f"t{number}" for number, key in enumerate(keys.tolist())}
    found = export_registry(table, 7, keys, list(names.values()), 11, b"secret")
    made = {name: found[name].to_pylist() for name in ("account_id", "payment_key")}
    called = {who: names[int(hash_text(pa.array([who]), 7)[0])] for who in ("anna", "ben", "cleo")}
    card = dict(zip(made["account_id"], made["payment_key"], strict=True))
    created = dict(zip(made["account_id"], found["created_at"].cast(pa.int64()).to_pylist(), strict=True))
    assert sorted(made["account_id"]) == sorted(called.values())
    assert card[called["anna"]] == card[called["cleo"]] != card[called["ben"]]
    assert created == {called["anna"]: 1_700_000_000_123_456_789, called["ben"]: None, called["cleo"]: 5}
    assert set(found.column_names) == {"account_id", "created_at", "banned_at", "payment_key"}
