"""`stillwatch store`: info for people and programs; forget only when somebody is sure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from exchange_log import exchange, scanned, write_log
from stillwatch.faces.cli.store_command import store_command
from stillwatch.service.store_info import store_info

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    scanned(tmp_path / "store", [write_log(tmp_path / "log.jsonl", map(exchange, range(50)))])
    return tmp_path / "store"


def run(*arguments: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(store_command, [str(argument) for argument in arguments], answer, standalone_mode=False)


def test_info_for_people(store: Path) -> None:
    shown = run("info", store).output
    assert "holds      50 exchanges of 10 accounts\n" in shown
    assert "period     2026-03-01 09:00 to 2026-03-01 09:49 UTC\n" in shown
    assert "stillwatch_exchange, 50 exchanges, 0 rejected" in shown


def test_info_for_programs(store: Path) -> None:
    info: dict[str, Any] = json.loads(run("info", store, "--json").output)
    assert (info["exchanges"], info["accounts"], info["content"], info["unit"]) == (50, 10, "sketch", None)
    assert (info["first_at"], info["last_at"]) == ("2026-03-01T09:00:00Z", "2026-03-01T09:49:00Z")
    assert [table["table"] for table in info["tables"]] == ["exchanges", "keys", "names", "excerpts"]
    assert [(log["formats"], log["complete"]) for log in info["inputs"]] == [(["stillwatch_exchange"], True)]


@pytest.mark.parametrize(("answer", "code", "left"), [("n\n", 2, 50), ("y\n", 0, 45)])
def test_forget_asks_first(store: Path, answer: str, code: int, left: int) -> None:
    done = run("forget", store, "--account", "acct-3", answer=answer)
    assert (done.return_value, store_info(store).exchanges) == (code, left)


def test_nobody_there_to_answer_erases_nothing(store: Path) -> None:
    assert "pass --yes" in str(run("forget", store, "--account", "acct-3").exception)
    assert store_info(store).exchanges == 50


def test_forget_says_what_went_and_what_remains_elsewhere(store: Path) -> None:
    shown = run("forget", store, "--account", "acct-3", "--yes").output
    assert shown.startswith("erased 5 exchanges with their keys and excerpts; 45 are left\n")
    assert "result files of earlier scans" in shown
    assert "held nothing of this" in run("forget", store, "--account", "acct-3", "--yes").output


def test_forget_for_programs(store: Path) -> None:
    told = json.loads(run("forget", store, "--before", "2026-03-01T09:20", "--yes", "--json").output)
    assert (told["exchanges"], told["left"], told["blanked"]) == (20, 30, 0)
    assert "report.html" in told["remains"]
