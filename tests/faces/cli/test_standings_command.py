"""`stillwatch standings show`, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from guard_rows import AT, row
from stillwatch.core.request_facts import KeyName
from stillwatch.faces.cli.main import main
from stillwatch.guard.build_standings import build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def table(tmp_path: Path) -> str:
    file = tmp_path / "standings.bin"
    file.write_bytes(build([row("a-1", confidence=0.9), row("k-1", name=KeyName.API_KEY)], seed=3, published_at=AT))
    return str(file)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["standings", "show", *arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def test_people_see_who_stands_where_and_until_when(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(table, "--at", "2026-11-22T12:30") == 1
    assert capsys.readouterr().out == (
        f"{table}: published 2026-11-22 12:00, 2 rows\n"
        "c-1  operator  1 by api key, 1 by account  confidence 0.9 to 0.99  since 2026-11-22 11:00  "
        "until 2026-11-22 13:00  scan: keeps the fleet's hours\n"
    )
    assert run(table, "--at", "2026-11-23") == 0
    assert capsys.readouterr().out.endswith("2 rows, 2 of them have run out\n")


def test_one_is_asked_about(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(table, "--at", "2026-11-22T12:30", "--key", "account=a-1", "--key", "account=a-2") == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("account a-1  operator of c-1  confidence 0.9  since 2026-11-22 11:00  until ")
    assert second == "account a-2  stands nowhere"
    assert run(table, "--at", "2026-11-23", "--key", "account=a-1") == 0
    assert "RAN OUT 2026-11-22 13:00" in capsys.readouterr().out
    assert run(table, "--at", "2026-11-22T12:30", "--key", "account=a-1", "--json") == 1
    plain = json.loads(capsys.readouterr().out)
    assert plain["asked"][0]["standings"][0]["expires_at"] == "2026-11-22T13:00:00Z"
    assert plain["groups"][0]["keys"] == {"account": 1, "api_key": 1}


def test_what_cannot_be_shown_is_said(table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(table, "--key", "a-1") == 2
    assert "write NAME=VALUE" in capsys.readouterr().err
    (tmp_path / "other").write_bytes(b"{}")
    assert run(str(tmp_path / "other")) == 2
    assert "no table of standings" in capsys.readouterr().err
