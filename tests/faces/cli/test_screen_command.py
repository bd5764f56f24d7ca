"""`stillwatch screen` and `stillwatch reviews`, from the list to the remembered decision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stillwatch.faces.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STILLWATCH_LISTS", str(tmp_path / "lists"))
    (tmp_path / "ours.csv").write_text("id,name,type\nn-1,Orrin Lattice Works,organisation\n")
    (tmp_path / "accounts.csv").write_text("account_id,organisation\na-1,Orrin Lattice Works Ltd\na-2,\n")
    run("lists", "add", "ours", str(tmp_path / "ours.csv"))
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([*arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def screen(folder: Path, *more: str) -> int:
    return run("screen", str(folder / "accounts.csv"), "--out", str(folder / "out"), *more)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = run(*arguments, "--json")
    return code, json.loads(capsys.readouterr().out)


def test_from_the_candidate_to_the_remembered_decision(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert screen(folder) == 1
    shown = capsys.readouterr().out
    assert "1 candidate of 1 account to review, of 2 accounts screened" in shown
    assert "unknown   of 1 account no name is known" in shown
    assert {one.name for one in (folder / "out").iterdir()} == {
        *("screen.json", "screen.csv", "screen.html", "screened.bin"),
    }
    code, listed = printed(capsys, "reviews", "list")
    (candidate,) = listed["candidates"]
    assert (code, candidate["state"]) == (1, "open")
    deciding = ("reviews", "decide", candidate["id"][:6], "no-match", "--by", "Ada Kern", "--reason", "another one")
    code, decided = printed(capsys, *deciding)
    assert (code, decided["review"]["by"], decided["state"]) == (0, "Ada Kern", "no-match")
    assert screen(folder) == 0
    assert "reviewed  1 candidate, decided before on the same facts" in capsys.readouterr().out
    assert run("reviews", "list") == 0


def test_people_read_it_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert screen(folder, "--json") == 1
    shown = capsys.readouterr().out
    document = json.loads(shown[shown.index("{") :])
    candidate = document["candidates"][0]["id"]
    assert run("reviews", "show", candidate) == 0
    assert run("reviews", "list") == 1
    assert run("reviews", "audit") == 0
    assert run("reviews", "expire", "--by", "Ada Kern") == 0
    shown = capsys.readouterr().out
    assert "asked name       Orrin Lattice Works Ltd\n" in shown
    assert "erased 0 screens and 0 decisions" in shown
    assert f"  screened  {document['id']}  stillwatch  " in shown
    assert run("reviews", "record", document["id"]) == 0
    assert json.loads(capsys.readouterr().out)["asked"][0]["account_id"] == "a-1"


def test_a_list_that_is_not_whole_makes_the_screen_incomplete(folder: Path) -> None:
    (folder / "ours.csv").write_text("id,name\nn-1,Orrin Lattice Works\nn-2,\n")
    run("lists", "add", "ours", str(folder / "ours.csv"))
    assert screen(folder) == 3


def test_what_cannot_start_says_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert screen(folder, "--list", "theirs") == 2
    assert "there is no list 'theirs'" in capsys.readouterr().err
    assert run("reviews", "list", "--lists", str(folder / "nowhere")) == 2
    assert "no record of screens" in capsys.readouterr().err
