"""Counting sorted integers gives what the queries give."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from small_engine import small_engine
from stillwatch.logs import key_count
from stillwatch.logs.key_count import shared_uses
from stillwatch.logs.sketching import KEY_SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

BOUNDS = {"least_accounts": 3, "most_accounts": 40, "least_exchanges": 10, "least_uses": 1.2}


def parts(folder: Path) -> list[str]:
    random = np.random.default_rng(5)
    paths = []
    for number in range(3):
        rows = 4000
        columns = [
            random.integers(1, 9, rows),
            random.integers(-30, 30, rows) * 2**57 + random.integers(0, 3, rows),
            random.integers(0, 60, rows) * 2**55,
            np.arange(rows) + rows * number,
        ]
        typed = [pa.array(column, field.type) for column, field in zip(columns, KEY_SCHEMA, strict=True)]
        table = pa.table(typed, schema=KEY_SCHEMA)
        paths.append(str(folder / f"{number}.parquet"))
        pq.write_table(table, paths[-1])
    return paths


def by_query(paths: list[str], account_keys: np.ndarray, folder: Path) -> list[tuple[int, ...]]:
    with closing(small_engine(folder / "spill")) as engine:
        engine.attach("keys", paths, KEY_SCHEMA)
        engine.put("account", pa.table({"account_no": np.arange(len(account_keys)), "account_key": account_keys}))
        engine.define_as("share", "share")
        engine.define("key_busy", {"least_exchanges": BOUNDS["least_exchanges"]})
        engine.define("key_use")
        return sorted(tuple(row.values()) for row in engine.run("account_share", BOUNDS).to_pylist())


def counted(paths: list[str], account_keys: np.ndarray) -> list[tuple[int, ...]]:
    found = shared_uses(paths, account_keys, **BOUNDS)  # type: ignore[arg-type]  # one bound is a float
    return sorted(zip(*(column.tolist() for column in found), strict=True))


def test_the_count_is_that_of_the_queries(tmp_path: Path) -> None:
    account_keys = np.arange(1, 58) * 2**55  # some accounts of the keys are not in the window
    paths = parts(tmp_path)
    expected = by_query(paths, account_keys, tmp_path)
    assert len(expected) > 100
    assert counted(paths, account_keys) == expected


def test_merging_on_the_way_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account_keys = np.arange(1, 58) * 2**55
    paths = parts(tmp_path)
    expected = counted(paths, account_keys)
    monkeypatch.setattr(key_count, "_MOST_WAITING", 10)
    assert counted(paths, account_keys) == expected


def test_no_keys_are_no_uses() -> None:
    assert counted([], np.arange(3)) == []
