"""An export holds what a scan needs and says who nobody is."""

from __future__ import annotations

from collections import Counter

import pyarrow.parquet as pq
import pytest

from exchange_log import START, exchange, scanned, write_log
from stillwatch.logs.export_keys import EXPORT_SECRET_BYTES, export_keys
from stillwatch.logs.store import Store

_SECRET = bytes(range(EXPORT_SECRET_BYTES))
_MINUTE = 60 * 10**9


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("exported")
    records = [exchange(number, org_id="org-7") for number in range(60)]
    logs = [write_log(folder / "one.jsonl", records), write_log(folder / "again.jsonl", records[:50])]
    scanned(folder / "store", logs)
    return Store.open(folder / "store")


def _rows(store: Store, table: str) -> list[dict[str, object]]:
    return [row for file in store.files(table) for row in pq.read_table(file).to_pylist()]


def test_each_exchange_of_the_span_is_there_once_under_names_that_say_nothing(store, tmp_path):
    made = export_keys(
        store, tmp_path / "keys", None, secret=_SECRET, since=START + 10 * _MINUTE, until=START + 30 * _MINUTE
    )
    exported = Store.open(tmp_path / "keys")
    rows = _rows(exported, "exchanges")
    assert (made.exchanges, len(rows)) == (20, 20)
    assert len({row["started_at"] for row in rows}) == 20
    assert set(made.tokens) == {f"acct-{number}" for number in range(10)}
    assert {row["name_text"] for row in _rows(exported, "names")} == set(made.tokens.values())
    assert {row["kind"] for row in _rows(exported, "names")} == {"account"}
    assert _rows(exported, "excerpts") == []
    assert all(entry.path.startswith("input-") for entry in exported.inputs())


def test_no_key_of_the_store_is_in_it(store, tmp_path):
    export_keys(store, tmp_path / "keys", None, secret=_SECRET)
    exported = Store.open(tmp_path / "keys")
    for table in ("exchanges", "keys", "names"):
        for name in (column for column in pq.read_schema(store.files(table)[0]).names if "key" in column):
            old, new = ({row[name] for row in _rows(one, table)} - {0, None} for one in (store, exported))
            assert not old & new, (table, name)
    assert exported.settings.salt != store.settings.salt


def test_keys_that_were_equal_are_equal(store, tmp_path):
    export_keys(store, tmp_path / "keys", None, secret=_SECRET)
    uses = []
    for one in (store, Store.open(tmp_path / "keys")):
        seen = {(row["kind"], row["share_key"], row["account_key"]) for row in _rows(one, "keys")}
        uses.append(sorted(Counter((kind, key) for kind, key, _ in seen).values()))
    assert uses[0] == uses[1]
