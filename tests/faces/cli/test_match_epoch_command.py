"""`stillwatch match epoch`, from its opening to its end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stillwatch.faces.cli import match_epoch_command
from stillwatch.faces.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as stopped:
        main(["match", "epoch", *arguments])
    printed = capsys.readouterr()
    assert isinstance(stopped.value.code, int)
    return stopped.value.code, printed.out + printed.err


def test_from_its_opening_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, file = run(capsys, "open", "2026-w48", "--quota", "1000", "--for", "7d", "--by", "Ada", "--url", "https://h")
    epoch = json.loads(file)
    assert (code, epoch["name"], epoch["quota"], epoch["holders"][0]["url"]) == (0, "2026-w48", 1000, "https://h")
    assert run(capsys, "open", "2026-w48", "--quota", "1", "--by", "Ada")[0] == 2
    assert run(capsys, "show", "2026-w48") == (0, file)
    code, said = run(capsys, "list")
    assert (code, epoch["id"] in said, "1,000 values a member\n" in said) == (0, True, True)
    code, said = run(capsys, "end", epoch["id"], "--because", "the key was seen", "--by", "Grace")
    assert (code, said) == (0, f"{epoch['id']}: ended, its key is erased\n")
    assert "ended before" in run(capsys, "end", epoch["id"], "--because", "again", "--by", "Grace")[1]
    assert "key erased" in run(capsys, "list")[1]
    assert [one["has_key"] for one in json.loads(run(capsys, "list", "--json")[1])["epochs"]] == [False]
    code, said = run(capsys, "audit", "--json")
    assert (code, [json.loads(line)["what"] for line in said.splitlines()]) == (0, ["epoch_opened", "epoch_ended"])


def test_shares_of_several_holders_become_one_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(match_epoch_command.time, "time", lambda: 4_070_000_000.0)
    begins = ("--begins", "2099-01-01")
    for holder in ("hub", "auditor"):
        opening = ("open", "2099-w01", "--quota", "10", *begins, "--by", "Ada", "--state", f"{holder}.db")
        (tmp_path / f"{holder}.json").write_text(run(capsys, *opening)[1])
    code, said = run(capsys, "join", "hub.json", "auditor.json")
    assert (code, len(json.loads(said)["holders"])) == (0, 2)
    assert run(capsys, "join", "hub.json", "hub.json")[0] == 2
    assert run(capsys, "list", "--state", "missing.db")[0] == 2
