"""Counting what lies in a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange_log import exchange, scanned, write_log
from stillwatch.logs.contents import count_contents
from stillwatch.logs.retention import forget_account
from stillwatch.logs.store import TABLES, Store

if TYPE_CHECKING:
    from pathlib import Path


def test_rows_that_are_there_count_and_not_those_that_were(tmp_path: Path) -> None:
    logs = [write_log(tmp_path / f"{part}.jsonl", map(exchange, range(part * 20, part * 20 + 20))) for part in range(2)]
    scanned(tmp_path / "store", logs)
    store = Store.open(tmp_path / "store")
    first, last = exchange(0)["started_at"], exchange(39)["started_at"]
    assert count_contents(store)[:4] == (40, 10, first, last)
    forget_account(store, "acct-0")
    assert count_contents(store)[:4] == (36, 9, exchange(1)["started_at"], last)


def test_sizes_are_those_of_the_files(tmp_path: Path) -> None:
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", map(exchange, range(20)))])
    found = count_contents(Store.open(tmp_path / "store")).tables
    assert [(one.table, one.files) for one in found] == [(name, 1) for name in TABLES]
    on_disk = {name: sum(file.stat().st_size for file in (tmp_path / "store" / name).iterdir()) for name in TABLES}
    assert {one.table: one.size_bytes for one in found} == on_disk


def test_records_without_an_account_make_no_account(tmp_path: Path) -> None:
    records = (exchange(number) | {"account_id": None} for number in range(5))
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", records)])
    assert count_contents(Store.open(tmp_path / "store"))[:2] == (5, 0)


def test_an_empty_store(tmp_path: Path) -> None:
    assert count_contents(Store.open(tmp_path))[:4] == (0, 0, None, None)
