"""`stillwatch appeals` from the denial to the exemption."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stillwatch.core.decision import Action, Decision
from stillwatch.core.request_facts import RequestFacts
from stillwatch.faces.cli.main import main
from stillwatch.guard.budgets import Budgets
from stillwatch.service.guarding.guard_state import GuardState

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def state(tmp_path: Path) -> str:
    file = tmp_path / "guard.db"
    kept = GuardState(file, Budgets(8), clock=lambda: 1_780_000_000.0)
    denied = Decision(action=Action.BLOCK, id="d-1", rule="operators", reason="Suspended.", because="fleet's hours")
    kept.note(RequestFacts("q-1", 1_780_000_000.0, account_id="a-1"), denied)
    kept.close()
    return str(file)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["appeals", *arguments])
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = run(*arguments, "--json")
    return code, json.loads(capsys.readouterr().out)


def test_from_the_denial_to_the_exemption(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = printed(capsys, "show", "d-1", "--state", state)
    assert (code, shown["denial"]["reason"], shown["appeal"]) == (0, "Suspended.", None)
    opening = ("open", "d-1", "--by", "Ada", "--statement", "we are a class", "--state", state)
    code, shown = printed(capsys, *opening)
    assert (code, shown["appeal"]["state"]) == (0, "open")
    appeal = shown["appeal"]["id"]
    code, listed = printed(capsys, "list", "--state", state)
    assert (code, [one["id"] for one in listed["appeals"]]) == (1, [appeal])
    deciding = ("decide", appeal, "overturned", "--by", "Grace", "--reason", "it is", "--exempt-for", "30d")
    code, shown = printed(capsys, *deciding, "--state", state)
    assert (code, shown["appeal"]["decided_by"]) == (0, "Grace")
    code, spared = printed(capsys, "exemptions", "--state", state)
    assert (code, [one["value"] for one in spared["exemptions"]]) == (0, ["a-1"])
    assert run("list", "--state", state, "--only", "open") == 0
    capsys.readouterr()
    assert run("audit", "--state", state, "--json") == 0
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["what"], one["who"]) for one in entries] == [("appeal_opened", "Ada"), ("appeal_overturned", "Grace")]


def test_people_read_it_too(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("open", "d-1", "--by", "Ada", "--statement", "we are a class", "--state", state) == 0
    assert run("list", "--state", state) == 1
    assert run("show", "d-1", "--state", state) == 0
    assert run("audit", "--state", state) == 0
    assert run("exemptions", "--state", state) == 0
    shown = capsys.readouterr().out
    assert "appeal  statement        we are a class\n" in shown
    assert "denial  because          fleet's hours\n" in shown
    assert "  open  account a-1  d-1\n" in shown
    assert "  appeal opened  ap-" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "d-9"), "there is no appeal 'd-9'"),
        (("open", "d-9", "--by", "Ada", "--statement", "s"), "not on record"),
        (("open", "d-9", "--by", "Ada", "--statement", "s", "--who", "a-1"), "write KEY=VALUE"),
        (("decide", "d-1", "maybe", "--by", "Ada", "--reason", "r"), "'maybe' is not one of"),
        (("decide", "d-1", "upheld", "--by", "Ada", "--reason", " "), "reason is empty"),
    ],
)
def test_what_is_wrong_is_said(
    arguments: tuple[str, ...], says: str, state: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments, "--state", state) == 2
    assert says in capsys.readouterr().err


def test_without_a_state_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", "--state", str(tmp_path / "guard.db")) == 2
    assert "there is no state of a guard" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_appeals_tell_is_shown(state: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("calibration", "--state", state) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("advice    nobody was denied for a campaign")
    code, shown = printed(capsys, "calibration", "--state", state)
    assert (code, shown["accounts"]["denied"], shown["advice"]) == (0, 0, "nothing_denied")
