"""A guard out of its files, which are replaced, broken and taken away under it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from guard_rows import AT, row
from stillwatch.core.appeal import AppealState
from stillwatch.core.decision import Action, Decision
from stillwatch.core.errors import InputError
from stillwatch.core.request_facts import RequestFacts
from stillwatch.guard.build_standings import build
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.guarding.appeals import Appeals, Ruling, Who
from stillwatch.service.guarding.guard_settings import GuardSettings
from stillwatch.service.guarding.open_guard import OpenGuard, open_guard
from stillwatch.service.guarding.state_file import open_state
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POLICY = """
version = "{version}"
mode = "enforce"
[[rule]]
name = "operators"
roles = ["operator"]
respond = "block"
"""
SOON_S = 2.0
"""Within which a newer file must be decided by."""


class Guard:
    def __init__(self, folder: Path, *, state: bool = False) -> None:
        self.policy = folder / "policy.toml"
        self.standings = folder / "standings.bin"
        self.policy.write_text(POLICY.format(version="1"))
        self.said: list[str] = []
        self.told: list[Decision] = []
        settings = GuardSettings(
            policy=self.policy, standings=(self.standings,), state=folder / "guard.db" if state else None
        )
        self.opened: OpenGuard = open_guard(
            settings,
            clock=lambda: AT,
            say=self.said.append,
            on_decision=lambda _, decision: self.told.append(decision),
        )

    def answer(self, account: str) -> Action:
        return self.opened.guard.check(RequestFacts("", AT, account_id=account)).action


def becomes_true(question: Callable[[], bool]) -> bool:
    until = time.monotonic() + SOON_S
    while not question() and time.monotonic() < until:
        time.sleep(0.01)
    return question()


def test_files_that_are_replaced_hold_soon_and_broken_ones_leave_the_old_in_force(tmp_path: Path) -> None:
    guard = Guard(tmp_path)
    guard.opened.follow(every_s=0.05)
    assert guard.answer("a-1") is Action.ALLOW
    assert guard.opened.trouble() == ("standings: there is no file",)
    write_whole(guard.standings, build([row("a-1")], seed=5))
    assert becomes_true(lambda: guard.answer("a-1") is Action.BLOCK)
    assert guard.opened.trouble() == ()

    guard.policy.write_text(POLICY.format(version="2").replace("respond", "responds"))
    write_whole(guard.standings, build([row("a-1"), row("a-2")], seed=5)[:-8])
    assert becomes_true(lambda: len(guard.opened.trouble()) == 2)
    assert (guard.answer("a-1"), guard.answer("a-2")) == (Action.BLOCK, Action.ALLOW)
    assert guard.told[-1].policy_version == "1"
    assert becomes_true(lambda: sum("stays in force" in one for one in guard.said) == 3)
    assert any(f"{guard.policy}:4: unknown value" in one for one in guard.said)

    guard.policy.write_text(POLICY.format(version="3").replace("enforce", "shadow"))
    assert becomes_true(lambda: guard.answer("a-1") is Action.ALLOW)
    assert guard.told[-1].shadowed is Action.BLOCK
    assert guard.said[-1] == "policy 3 is in force, mode shadow"
    guard.opened.close()


def test_whoever_takes_the_tables_is_given_each(tmp_path: Path) -> None:
    guard = Guard(tmp_path)
    write_whole(guard.standings, build([row("a-1")], seed=5))
    taken: list[int] = []
    guard.opened.follow(lambda table: taken.append(table.rows))
    guard.opened.close()
    assert taken == [1]
    assert guard.answer("a-1") is Action.ALLOW


def test_a_fault_while_following_is_told_and_does_not_end_it(tmp_path: Path) -> None:
    guard = Guard(tmp_path)
    write_whole(guard.standings, build([row("a-1")], seed=5))
    faults = iter([ZeroDivisionError("odd")])

    def take(_: object) -> None:
        for fault in faults:
            raise fault

    guard.opened.follow(take, every_s=0.05)
    assert guard.opened.trouble() == ("the files cannot be followed: ZeroDivisionError: odd",)
    assert becomes_true(lambda: guard.opened.trouble() == ())
    guard.opened.close()


def test_denials_go_to_the_state_and_to_the_listener_and_have_ids_that_nobody_guesses(tmp_path: Path) -> None:
    guard = Guard(tmp_path, state=True)
    write_whole(guard.standings, build([row("a-1")], seed=5))
    guard.opened.follow()
    guard.answer("a-1")
    guard.answer("a-1")
    guard.opened.close()
    ids = {one.id for one in guard.told}
    assert len(ids) == 2
    assert all(len(one) > 16 for one in ids)
    connection = open_state(tmp_path / "guard.db")
    assert {found for (found,) in connection.execute("SELECT id FROM denial")} == ids
    connection.close()


def test_without_a_policy_nothing_is_opened(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the policy cannot be read"):
        open_guard(GuardSettings(policy=tmp_path / "none.toml"), clock=lambda: AT, say=print)


def test_whoever_won_an_appeal_is_spared_soon(tmp_path: Path) -> None:
    guard = Guard(tmp_path, state=True)
    write_whole(guard.standings, build([row("a-1"), row("a-2")], seed=5))
    guard.opened.follow(every_s=0.05)
    assert (guard.answer("a-1"), guard.answer("a-2")) == (Action.BLOCK, Action.BLOCK)
    denied = guard.told[0].id
    appeals = Appeals(tmp_path / "guard.db", clock=lambda: AT, new_id=lambda: "ap-1")
    appeals.open(denied, opened_by="Ada", statement="a class", who=Who("account", "a-1"))
    appeals.decide("ap-1", Ruling(state=AppealState.OVERTURNED, by="Grace", reason="it is one"))
    assert becomes_true(lambda: guard.answer("a-1") is Action.ALLOW)
    assert guard.answer("a-2") is Action.BLOCK
    appeals.decide("ap-1", Ruling(state=AppealState.UPHELD, by="Grace", reason="it was none"))
    assert becomes_true(lambda: guard.answer("a-1") is Action.BLOCK)
    appeals.close()
    guard.opened.close()


def test_a_clock_that_is_set_back_refuses_nobody_for_longer(tmp_path: Path) -> None:
    policy = POLICY.replace('"block"', '"throttle"\nrequests_per_minute = 60\nburst = 5').format(version="1")
    (tmp_path / "policy.toml").write_text(policy)
    write_whole(tmp_path / "standings.bin", build([row("a-1")], seed=5))
    settings = GuardSettings(policy=tmp_path / "policy.toml", standings=(tmp_path / "standings.bin",))
    now, said = [AT], list[str]()
    began_at = time.monotonic()
    opened = open_guard(settings, clock=lambda: now[0] + time.monotonic() - began_at, say=said.append)
    opened.follow(every_s=0.05)

    answers: list[Action] = []

    def was_allowed() -> bool:
        at = now[0] + time.monotonic() - began_at
        answers.append(opened.guard.check(RequestFacts("", at, account_id="a-1")).action)
        return Action.ALLOW in answers

    for _ in range(6):
        was_allowed()
    assert answers.pop() is Action.THROTTLE
    now[0] -= 1800.0
    assert becomes_true(lambda: any("the clock was set by -1800" in one for one in said))
    answers.clear()
    assert becomes_true(was_allowed)
    opened.close()


def test_it_tells_what_it_did_and_what_it_decides_by(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(POLICY.format(version="7"))
    write_whole(tmp_path / "standings.bin", build([row("a-1")], seed=1, published_at=AT - 60))
    settings = GuardSettings(
        policy=tmp_path / "policy.toml", standings=(tmp_path / "standings.bin",), decisions=tmp_path / "decisions"
    )
    opened = open_guard(settings, clock=lambda: AT, say=lambda _: None)
    opened.follow()
    opened.guard.check(RequestFacts("", AT, account_id="a-1"))
    opened.guard.check(RequestFacts("", AT, account_id="a-2"))
    opened.close()
    told = opened.metrics.text().splitlines()
    assert {
        'stillwatch_decisions_total{action="block",reason="operators",mode="enforce"} 1',
        'stillwatch_decisions_total{action="allow",reason="none",mode="enforce"} 1',
        'stillwatch_policy_info{version="7",mode="enforce"} 1',
        "stillwatch_standings_rows 1",
        "stillwatch_standings_age_seconds 60",
        "stillwatch_file_trouble 0",
        'stillwatch_log_lines_total{log="decisions",fate="written"} 1',
    } <= set(told)
    (file,) = (tmp_path / "decisions").iterdir()
    assert file.read_bytes().count(b"\n") == 1


@pytest.mark.slow
def test_what_is_denied_is_noted_beside_the_guard_and_a_log_that_is_away_stops_nothing(tmp_path: Path) -> None:
    log = EvidenceLog.make(tmp_path / "e", "log.example", clock=time.time)
    (tmp_path / "policy.toml").write_text(POLICY.format(version="1"))
    write_whole(tmp_path / "standings.bin", build([row("a-1")], seed=1))
    settings = GuardSettings(
        policy=tmp_path / "policy.toml",
        standings=(tmp_path / "standings.bin",),
        state=tmp_path / "guard.db",
        evidence=tmp_path / "e",
    )
    for evidence in (tmp_path / "away", tmp_path / "e"):
        said: list[str] = []
        opened = open_guard(replace(settings, evidence=evidence), clock=lambda: AT, say=said.append)
        opened.follow()
        assert opened.guard.check(RequestFacts("", AT, account_id="a-1")).action is Action.BLOCK
        opened.close()
    log.checkpoint()
    kinds = [leaf.kind.value for leaf in log.leaves()]
    assert (kinds.count("decisions"), kinds.count("policy")) == (1, 2)
