"""The sieve loses nothing that is asked for, and drops what is used once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.logs.key_sieve import sieve_keys
from stillwatch.logs.sketching import KEY_SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = 0x9E3779B97F4A7C15 >> 1  # spread over the high bits, as hashes are


def written(folder: Path, *parts: list[tuple[int, int, int]]) -> list[str]:
    """Parts of (kind, key, account)."""
    paths = []
    for number, rows in enumerate(parts):
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], []]
        columns[2] = [account * ACCOUNT % 2**63 for account in columns[2]]
        table = pa.table([*columns, list(range(len(rows)))], schema=KEY_SCHEMA)
        pq.write_table(table, folder / f"{number}.parquet")
        paths.append(str(folder / f"{number}.parquet"))
    return paths


def kept(paths: list[str], folder: Path, **bounds: Any) -> list[tuple[int, int]]:
    sieved = sieve_keys(
        paths, folder / "out", **{"least_exchanges": 3, "least_accounts": 3, "memory_bytes": 1 << 30, **bounds}
    )
    tables = [pq.read_table(path) for path in sieved]
    return [(row["kind"], row["share_key"]) for table in tables for row in table.to_pylist()]


def test_rare_keys_go_and_frequent_ones_stay_across_parts(tmp_path: Path) -> None:
    paths = written(tmp_path, [(1, 9, 1), (1, 9, 2), (1, 5, 1)], [(1, 9, 3), (2, 9, 1), (1, 5, 2)])
    assert kept(paths, tmp_path) == [(1, 9)] * 3


def test_a_key_of_one_account_goes_however_frequent(tmp_path: Path) -> None:
    paths = written(tmp_path, [(1, 9, 1)] * 400)
    assert kept(paths, tmp_path) == []
    assert len(kept(paths, tmp_path, least_accounts=1)) == 400


def test_more_exchanges_than_a_counter_holds_are_enough(tmp_path: Path) -> None:
    paths = written(tmp_path, [(1, 9, number % 4 + 1) for number in range(300)])
    assert len(kept(paths, tmp_path, least_exchanges=1000)) == 300


@pytest.mark.parametrize(("kinds", "expected"), [((8, 8), []), ((8, 7), [(8, 4), (7, 4)])])
def test_reasoning_blocks_stay_where_one_is_handed_in(
    tmp_path: Path, kinds: tuple[int, int], expected: list[tuple[int, int]]
) -> None:
    assert kept(written(tmp_path, [(kind, 4, 1) for kind in kinds]), tmp_path) == expected


def test_nothing_that_is_asked_for_is_lost_in_a_small_table(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    rows = [(1, int(key) ** 3, int(account)) for key, account in random.integers(1, 900, (6000, 2))]
    found = set(kept(written(tmp_path, rows[:3000], rows[3000:]), tmp_path, memory_bytes=1))
    accounts: dict[int, set[int]] = {}
    for _, key, account in rows:
        accounts.setdefault(key, set()).add(account)
    assert {(1, key) for key, users in accounts.items() if len(users) >= 3} <= found


def test_no_parts_are_no_files(tmp_path: Path) -> None:
    assert kept([], tmp_path) == []
