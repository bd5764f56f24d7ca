"""Erasure: nothing of the account is left in the store, nothing else goes, and reading again brings nothing back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from exchange_log import exchange, scanned, write_log
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.forgotten import Forgotten
from stillwatch.logs.hashing import hash_one
from stillwatch.logs.store import Store, hold
from stillwatch.service.forget import forget

if TYPE_CHECKING:
    from pathlib import Path


def made(folder: Path, content: Any = "full") -> Path:
    """A store of two logs in which one account in ten is `acct-3`, whose prompts name it."""
    logs = []
    for part in range(2):
        numbers = range(part * 50, part * 50 + 50)
        records = (exchange(number, prompt_text=f"I am acct-{number % 10}, and ask again.") for number in numbers)
        logs.append(write_log(folder / f"{part}.jsonl", records))
    with logs[0].open("ab") as file:
        file.write(b'{"account_id": "acct-3", broken\n')
    scanned(folder / "store", logs, content=content)
    return folder / "store"


def test_an_account_goes_from_every_table_and_excerpt(tmp_path: Path) -> None:
    root = made(tmp_path)
    key = hash_one("acct-3", Store.open(root).settings.salt)
    assert _traces(root, key, "acct-3") > 0
    assert forget(root, account_id="acct-3") == Forgotten(store=str(root), exchanges=10, blanked=1, left=90)
    assert _traces(root, key, "acct-3") == 0
    other = hash_one("acct-4", Store.open(root).settings.salt)
    assert _traces(root, other, "acct-4") > 0


def _traces(root: Path, key: int, name: str) -> int:
    """How many files of the store hold the account's key or name."""
    shown = [str(pq.read_table(file).to_pydict()) for file in root.rglob("*.parquet")]
    plain = [file.read_text("utf-8", "replace") for file in root.rglob("*.json")]
    return sum(str(key) in text or name in text for text in (*shown, *plain))


def test_no_key_or_excerpt_is_left_without_its_exchange(tmp_path: Path) -> None:
    root = made(tmp_path)
    forget(root, account_id="acct-3")
    left = {number for file in (root / "exchanges").iterdir() for number in _numbers(file)}
    for table in ("keys", "excerpts"):
        assert {number for file in (root / table).iterdir() for number in _numbers(file)} <= left


def _numbers(file: Path) -> list[int]:
    return list(pq.read_table(file, columns=["exchange_no"])["exchange_no"].to_pylist())


def test_scanning_the_same_logs_again_brings_nothing_back(tmp_path: Path) -> None:
    root = made(tmp_path)
    forget(root, account_id="acct-3")
    again = scanned(root, [tmp_path / "0.jsonl", tmp_path / "1.jsonl"]).run
    assert (again.exchanges, again.accounts) == (90, 9)


def test_what_is_old_goes(tmp_path: Path) -> None:
    root = made(tmp_path)
    told = forget(root, before=exchange(60)["started_at"])
    assert (told.exchanges, told.left) == (60, 40)
    assert scanned(root).run.exchanges == 40


def test_a_second_time_finds_nothing(tmp_path: Path) -> None:
    root = made(tmp_path)
    forget(root, account_id="acct-3")
    assert forget(root, account_id="acct-3") == Forgotten(store=str(root), exchanges=0, blanked=0, left=90)


def test_a_scan_of_a_store_in_which_nothing_is_left_says_that_it_judged_nothing(tmp_path: Path) -> None:
    root = made(tmp_path)
    forget(root, before=exchange(1000)["started_at"])
    run = scanned(root).run
    assert (run.exchanges, run.accounts, run.complete) == (0, 0, False)


@pytest.mark.parametrize("asked", [{}, {"account_id": "a", "before": 1}, {"account_id": ""}])
def test_a_call_that_does_not_say_what_is_refused(tmp_path: Path, asked: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="nothing says what to erase"):
        forget(made(tmp_path), **asked)


def test_a_store_in_use_is_left_alone(tmp_path: Path) -> None:
    root = made(tmp_path)
    with hold(root), pytest.raises(SettingsError, match="another process writes"):
        forget(root, account_id="acct-3")


def test_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no store here"):
        forget(tmp_path / "nowhere", account_id="a")
    assert not (tmp_path / "nowhere").exists()
