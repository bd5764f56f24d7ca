"""`stillwatch lists` from the first version to the difference."""

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
    (tmp_path / "ours.csv").write_text("id,name,as_of\nn-1,Orrin Works,2020-01-01\n")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "ours.csv").write_text("id,name,as_of\nn-1,Orrin Relay,2020-02-01\nn-2,Veldt,2020-02-01\n")
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["lists", *arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = run(*arguments, "--json")
    return code, json.loads(capsys.readouterr().out)


def test_a_second_version_says_what_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = printed(capsys, "add", "ours", str(folder / "ours.csv"), "--by", "Ada Kern")
    assert (code, shown["version"]["as_of"], shown["difference"]) == (0, "2020-01-01", None)
    code, shown = printed(capsys, "add", "ours", str(folder / "new" / "ours.csv"))
    assert (code, [one["id"] for one in shown["difference"]["added"]]) == (0, ["n-2"])
    code, shown = printed(capsys, "list", "--all")
    assert (code, [one["entities"] for one in shown["lists"]]) == (1, [1, 2])
    assert "days old; it should be no older than 31 days" in shown["stale"][0]
    code, shown = printed(capsys, "diff", "ours")
    assert (code, shown["changed"][0]["fields"]) == (1, ["names"])
    newest = printed(capsys, "list")[1]["lists"][0]["sha256"][:12]
    assert printed(capsys, "diff", "ours", newest, newest)[0] == 0


def test_people_read_it_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", "ours", str(folder / "ours.csv")) == 0
    assert run("add", "ours", str(folder / "new" / "ours.csv")) == 0
    assert run("diff", "ours") == 1
    assert run("list") == 1
    assert run("formats") == 0
    shown = capsys.readouterr()
    assert "1 added, 0 removed, 1 changed\nadded    ours:n-2 Veldt\nchanged  ours:n-1 Orrin Relay: names\n" in shown.out
    assert "csl_csv        Consolidated Screening List, CSV (public domain" in shown.out
    assert "warning: list ours is of 2020-02-01" in shown.err


def test_what_cannot_be_added_says_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "known.txt").write_text("n-7\n")
    assert run("add", "ours", str(folder / "ours.csv"), "--known", str(folder / "known.txt")) == 2
    assert run("diff", "ours") == 2
    assert run("add", "ours", str(folder / "ours.csv")) == 0
    assert run("diff", "ours") == 2
    assert "1 known ids are missing" in capsys.readouterr().err
