"""How much of a key's use some accounts make up."""

from __future__ import annotations

import pyarrow.parquet as pq

from exchange_log import MINUTE, START, exchange, scanned, write_log
from stillwatch.core.key_kind import KeyKind
from stillwatch.logs.key_holders import Held, key_holders
from stillwatch.logs.store import Store


def test_uses_are_counted_inside_and_in_all(tmp_path):
    records = [
        exchange(number, account, system_text="You are a careful assistant.")
        for number, account in enumerate(["a", "a", "b", "c"])
    ]
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", records)])
    store = Store.open(tmp_path / "store")
    rows = [row for file in store.files("keys") for row in pq.read_table(file).to_pylist()]
    (system,) = {row["share_key"] for row in rows if row["kind"] == KeyKind.SYSTEM}
    assert key_holders(store, [system, 1], ["a", "b", "nobody"]) == {system: Held(inside=3, uses=4)}
    assert key_holders(store, [system], ["a"], until=START + 2 * MINUTE) == {system: Held(inside=2, uses=2)}
