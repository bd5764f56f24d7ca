"""Blanking what was kept of records that nobody could read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange_log import exchange, scanned, write_log
from stillwatch.logs.blank_rejects import ERASED, blank_rejects
from stillwatch.logs.rejects import Example
from stillwatch.logs.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def test_reasons_counts_and_lines_stay(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(5)))
    with log.open("ab") as file:
        file.write(b'{"account_id": "secret\n{"also": secret}\n')
    scanned(tmp_path / "store", [log])
    store = Store.open(tmp_path / "store")
    assert blank_rejects(store) == 2
    assert store.rejects(store.inputs()).examples == {
        "not JSON": (Example(str(log), 6, ERASED), Example(str(log), 7, ERASED))
    }
    assert store.rejects(store.inputs()).counts == {"not JSON": 2}
    assert b"secret" not in b"".join(file.read_bytes() for file in store.root.rglob("*.json"))


def test_a_second_time_there_is_nothing_to_blank(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(write_log(log, map(exchange, range(5))).read_bytes() + b"{broken\n")
    scanned(tmp_path / "store", [log])
    store = Store.open(tmp_path / "store")
    assert [blank_rejects(store), blank_rejects(store)] == [1, 0]
