"""Keys are counted and kept alike in this process and by queries elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from small_engine import MEMORY_BYTES, ElsewhereEngine, small_engine
from stillwatch.logs.duckdb_engine import DuckDbEngine
from stillwatch.logs.key_ties import kept_ties
from stillwatch.logs.sketching import KEY_SCHEMA
from stillwatch.logs.window_keys import KeyPlace, WindowKeys

if TYPE_CHECKING:
    from pathlib import Path

_BOUNDS = {"least_accounts": 3, "most_accounts": 9, "least_exchanges": 4, "least_uses": 1.0}
_ACCOUNTS = np.arange(1, 11) * 2**50
_TIED = 2**40


def _keys(folder: Path) -> str:
    """Four accounts share one key, each has keys of its own, and one block of reasoning goes around."""
    shared = [(1, _TIED, int(account), number) for number, account in enumerate(_ACCOUNTS[:4].tolist() * 2)]
    own = [(2, int(account) + number, int(account), number) for number in range(5) for account in _ACCOUNTS]
    blocks = [(8, 77, int(_ACCOUNTS[0]), 90), (7, 77, int(_ACCOUNTS[1]), 91)]
    rows = [dict(zip(KEY_SCHEMA.names, row, strict=True)) for row in (*shared, *own, *blocks)]
    file = folder / "keys.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=KEY_SCHEMA), file)
    return str(file)


@pytest.mark.parametrize("kind", [DuckDbEngine, ElsewhereEngine], ids=["here", "elsewhere"])
@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "part"])
def test_shared_keys_are_counted_and_their_rows_kept(tmp_path: Path, kind: type[DuckDbEngine], is_whole: bool) -> None:
    engine = kind(spill=tmp_path, memory_bytes=MEMORY_BYTES, threads=1)
    path = _keys(tmp_path)
    engine.attach("keys", [path], KEY_SCHEMA)
    engine.put("account", pa.table({"account_no": np.arange(len(_ACCOUNTS)), "account_key": _ACCOUNTS}))
    engine.define_as("share", "share")
    keys = WindowKeys(engine, KeyPlace([path], tmp_path / "sieved", tmp_path, MEMORY_BYTES, is_whole))
    found = [tuple(row.values()) for row in keys.count(_ACCOUNTS, _BOUNDS).to_pylist()]
    assert sorted(found) == [(1, _TIED, number, 2) for number in range(4)]
    keys.keep(np.full(4, _TIED))
    ties = pq.read_table(kept_ties(tmp_path / "ties"))
    assert sorted(ties["kind"].to_pylist()) == [1] * 8 + [7, 8]
    engine.define("reasoning_block")
    assert engine.run("replay").to_pylist() == [{"giver_no": 0, "taker_no": 1, "blocks": 1}]
    with keys.all():
        assert _rows(engine) == 60
    assert _rows(engine) == 10
    engine.close()


def test_rows_that_an_earlier_scan_kept_are_read_again(tmp_path: Path) -> None:
    path = _keys(tmp_path)
    place = KeyPlace([path], tmp_path / "sieved", tmp_path, MEMORY_BYTES, is_whole=True)
    for shared in (np.array([_TIED]), np.array([1])):
        engine = small_engine(tmp_path)
        WindowKeys(engine, place).keep(shared)
        assert _rows(engine) == 10
        engine.close()


def _rows(engine: DuckDbEngine) -> int:
    """Rows of the key table, counted by a query that gives each."""
    engine.put("account", pa.table({"account_no": np.arange(len(_ACCOUNTS)), "account_key": _ACCOUNTS}))
    return engine.run("share").num_rows
