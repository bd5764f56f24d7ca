"""A database in place of a log, from the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from database_logs import sqlite_log
from exchange_log import exchange
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.scan_command import scan_command

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def said(tmp_path: Path) -> list[str]:
    address = sqlite_log(tmp_path / "log.db", [exchange(number) for number in range(60)])
    (tmp_path / "all.sql").write_text("SELECT * FROM log ORDER BY started_at")
    return ["--from", address, "--query", str(tmp_path / "all.sql"), "--out", str(tmp_path / "out"), "--workers", "1"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(scan_command, arguments, standalone_mode=False)


def test_a_database_is_scanned_as_a_log_is(said: list[str]) -> None:
    done = run(*said, "--json")
    assert done.return_value == NOTHING_FOUND
    made = json.loads(done.output)["run"]
    assert (made["exchanges"], made["complete"]) == (60, True)
    [read] = made["inputs"]
    assert (read["path"], read["exchanges"]) == (f"{said[1]} all.sql", 60)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--from", "sqlite:x"], "name it with --query"),
        (["--incremental"], "name it with --from"),
        (["--from", "mysql://h/x", "--query", __file__], "no database is read by 'mysql:'"),
    ],
    ids=["no query", "no database", "an unknown one"],
)
def test_what_is_missing_is_said(arguments: list[str], told: str, tmp_path: Path) -> None:
    assert told in str(run(*arguments, "--out", str(tmp_path)).exception)


def test_an_incremental_query_is_asked_for_what_is_older_than_the_lag(said: list[str], tmp_path: Path) -> None:
    (tmp_path / "all.sql").write_text("SELECT * FROM log WHERE unixepoch(?1) = 0 AND unixepoch(?2) > 1767225600")
    assert "asked with --incremental" in str(run(*said).exception)
    made = json.loads(run(*said, "--incremental", "--lag", "1h", "--json").output)["run"]
    begin, _, end = made["inputs"][0]["path"].partition(".sql ")[2].partition(" to ")
    assert begin == "1970-01-01T00:00:00Z"
    age = datetime.now(UTC) - datetime.fromisoformat(end)
    assert timedelta(hours=1) <= age < timedelta(hours=2)
