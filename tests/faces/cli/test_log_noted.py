"""`stillwatch log watch|settle|audit|erase|destroy-secrets|show-denial`, and commands that are noted by themselves."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from exchange_log import exchange, scanned, write_log
from stillwatch.core.decision import Action, Decision
from stillwatch.core.request_facts import RequestFacts
from stillwatch.faces.cli.main import main
from stillwatch.guard.budgets import Budgets
from stillwatch.service.guarding.guard_state import GuardState

if TYPE_CHECKING:
    from pathlib import Path


def _deny(state: Path, *denials: str) -> None:
    kept = GuardState(state, Budgets(8), clock=lambda: 1_780_000_000.0)
    for one in denials:
        facts = RequestFacts(f"q-{one}", 1_780_000_000.0, account_id="a-1")
        kept.note(facts, Decision(action=Action.BLOCK, id=one, rule="operators", reason="Suspended."))
    kept.close()


class _Site:
    """A log, and the commands that are given its folder by the environment."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.run("log", "init", "--origin", "lab.example/1")

    def run(self, *arguments: str, code: int = 0) -> str:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main([str(one) for one in arguments])
        found = self._capsys.readouterr()
        assert stopped.value.code == code, found
        return found.out

    def audited(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run("log", "audit", "--json", *arguments).splitlines()]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> _Site:
    monkeypatch.setenv("STILLWATCH_EVIDENCE", str(tmp_path / "evidence"))
    return _Site(tmp_path, capsys)


def test_a_denial_its_appeal_and_what_was_decided_are_noted_and_shown(site: _Site) -> None:
    state, proof = site.folder / "guard.db", site.folder / "proof.json"
    _deny(state, "d-1", "d-2")
    assert "0 entries and 2 denials" in site.run("log", "watch", str(state), "--once")
    site.run("appeals", "open", "d-1", "--by", "Ada", "--statement", "we are a class", "--state", str(state))
    site.run("appeals", "decide", "d-1", "overturned", "--by", "Grace", "--reason", "it is", "--state", str(state))
    assert [one["statement"]["what"] for one in site.audited("--kind", "appeal")] == [
        "appeal_opened",
        "appeal_overturned",
    ]
    assert len(site.audited("--who", "grace")) == 1
    assert "Grace" in site.run("log", "audit")
    assert "Grace" not in site.run("log", "list", "--kind", "appeal")

    site.run("log", "show-denial", "d-2", "--state", str(state), "--out", str(proof))
    shown = site.run("log", "check-record", str(proof), "--log-toml", str(site.folder / "evidence" / "log.toml"))
    assert '"id":"d-2"' in shown
    assert "d-1" not in shown


def test_an_erasure_from_a_store_and_from_the_notebook_are_noted(site: _Site) -> None:
    scanned(site.folder / "store", [write_log(site.folder / "log.jsonl", map(exchange, range(50)))])
    forget = ("store", "forget", str(site.folder / "store"), "--account", "acct-3", "--yes")
    site.run(*forget, "--by", "Ada", "--reason", "asked to")
    site.run(*forget)  # nothing is left to erase, nothing is noted
    (noted,) = site.audited("--kind", "erasure")
    assert (noted["statement"]["exchanges"], noted["statement"]["who"]["name"]) == (5, "Ada")

    site.run("log", "seal", str(site.folder / "log.jsonl"))
    assert "of 1 block" in site.run("log", "destroy-secrets", str(site.folder / "log.jsonl"), "--by", "Ada")
    assert "erased 1 statement" in site.run("log", "erase", "1")
    assert "erased 0 statement" in site.run("log", "erase", "--before", "2000-01-01")
    site.run("log", "erase", code=2)
    assert [one["kind"] for one in site.audited()] == ["erasure", "batch", "erasure", "erasure"]
    assert site.audited("--kind", "batch")[0]["statement"] is None
    assert "0 statements waited" in site.run("log", "settle")


def test_a_log_that_is_away_stops_no_act_and_says_so(
    site: _Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state = site.folder / "guard.db"
    _deny(state, "d-1")
    monkeypatch.setenv("STILLWATCH_EVIDENCE", str(site.folder / "away"))
    with pytest.raises(SystemExit) as stopped:
        main(["appeals", "open", "d-1", "--by", "Ada", "--statement", "no", "--state", str(state)])
    assert stopped.value.code == 0
    assert "not noted in the evidence log yet" in capsys.readouterr().err
    monkeypatch.setenv("STILLWATCH_EVIDENCE", str(site.folder / "evidence"))
    assert "1 entries and 1 denials" in site.run("log", "watch", str(state), "--once")


@pytest.mark.slow
def test_a_follower_ends_with_whoever_started_it_and_notes_the_rest(site: _Site) -> None:
    state = site.folder / "guard.db"
    _deny(state, "d-1")
    command = [sys.executable, "-m", "stillwatch", "log", "watch", str(state), "--while-piped", "--every", "60s"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as follower:  # noqa: S603  # ours
        until = time.monotonic() + 30
        while not site.audited():
            assert time.monotonic() < until
            time.sleep(0.1)
        _deny(state, "d-2")
        assert follower.stdin is not None
        follower.stdin.close()
        assert follower.wait(30) == 0
    assert [one["statement"]["records"] for one in site.audited()] == [1, 1]
