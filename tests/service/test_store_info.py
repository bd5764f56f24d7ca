"""What a store is said to hold."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from exchange_log import exchange, scanned, write_log
from stillwatch.core.errors import InputError
from stillwatch.core.store_info import StoredLog
from stillwatch.service.forget import forget
from stillwatch.service.store_info import store_info

if TYPE_CHECKING:
    from pathlib import Path


def test_counts_period_and_inputs(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(30)))
    with log.open("ab") as file:
        file.write(b"{broken\n")
    scanned(tmp_path / "store", [log], content="full", unit="account_id")
    info = store_info(tmp_path / "store")
    assert (info.exchanges, info.accounts, info.content, info.unit) == (30, 10, "full", "account_id")
    assert (info.first_at, info.last_at) == (
        datetime(2026, 3, 1, 9, tzinfo=UTC),
        datetime(2026, 3, 1, 9, 29, tzinfo=UTC),
    )
    assert info.inputs == (
        StoredLog(
            path=str(log),
            sha256=hashlib.sha256(log.read_bytes()).hexdigest(),
            size_bytes=log.stat().st_size,
            formats=("stillwatch_exchange",),
            exchanges=30,
            rejected=1,
            complete=True,
        ),
    )
    assert {one.table: one.rows for one in info.tables} | {"keys": 0} == {
        "exchanges": 30,
        "keys": 0,
        "names": 10,
        "excerpts": 30,
    }
    assert info.size_bytes > sum(one.size_bytes for one in info.tables) > 0


def test_what_was_erased_is_no_longer_counted(tmp_path: Path) -> None:
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", map(exchange, range(30)))])
    forget(tmp_path / "store", before=exchange(10)["started_at"])
    info = store_info(tmp_path / "store")
    assert (info.exchanges, info.first_at) == (20, datetime(2026, 3, 1, 9, 10, tzinfo=UTC))
    assert info.inputs[0].exchanges == 30


def test_an_empty_store_has_no_period(tmp_path: Path) -> None:
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", [])])
    info = store_info(tmp_path / "store")
    assert (info.exchanges, info.accounts, info.first_at, info.last_at) == (0, 0, None, None)


def test_a_folder_that_is_no_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no store here"):
        store_info(tmp_path)
    assert list(tmp_path.iterdir()) == []
