"""The state of a guard: written behind, restored, and never in the way of a decision."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from stillwatch.core.decision import Action, Charge, Decision
from stillwatch.core.request_facts import RequestFacts
from stillwatch.guard.budgets import Budgets
from stillwatch.guard.read_policy import read_policy
from stillwatch.service.audit_trail import first_broken, read_entries
from stillwatch.service.guarding.guard_state import GuardState
from stillwatch.service.guarding.state_file import open_state

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_COVERT = """
version = "v1"
mode = "enforce"
[[rule]]
name = "mark"
roles = ["operator"]
respond = "tag"
tags = ["wm-1"]
[rule.unsafe_covert]
requested_by = "Ada"
approved_by = "Grace"
expires_at = 2030-01-01T00:00:00Z
why = "to prove a copy"
exempt_organisations = ["o-eval"]
"""


def denial(number: int) -> tuple[RequestFacts, Decision]:
    facts = RequestFacts(f"q-{number}", 100.0 + number, account_id="a-1")
    return facts, Decision(action=Action.BLOCK, rule="r", reason="no", id=f"d-{number}")


def state_of(folder: Path, budgets: Budgets | None = None, *, at: float = 100.0, most_waiting: int = 100) -> GuardState:
    return GuardState(folder / "guard.db", budgets or Budgets(8), clock=lambda: at, most_waiting=most_waiting)


def ids(folder: Path) -> list[str]:
    connection = open_state(folder / "guard.db")
    found = [row[0] for row in connection.execute("SELECT id FROM denial ORDER BY denied_at")]
    connection.close()
    return found


def test_denials_are_kept_and_other_decisions_are_not(tmp_path: Path) -> None:
    state = state_of(tmp_path)
    state.note(*denial(1))
    state.note(RequestFacts("q", 1.0), Decision(action=Action.ALLOW, observed=("r",)))
    state.close()
    assert ids(tmp_path) == ["d-1"]


def test_the_writer_commits_within_a_second_without_being_asked(tmp_path: Path) -> None:
    state = GuardState(tmp_path / "guard.db", Budgets(8), clock=lambda: 100.0, commit_every_s=0.05)
    state.start()
    state.note(*denial(1))
    deadline = time.monotonic() + 5
    while state.counts().written == 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ids(tmp_path) == ["d-1"]
    state.close()


def test_levels_come_back_as_they_would_be_by_now(tmp_path: Path) -> None:
    budgets = Budgets(8)
    state = state_of(tmp_path, budgets)
    for budget, units in ((2**64 - 3, 3.0), (2, 1.0)):
        budgets.book(Charge(budget=budget, interval_s=10.0, burst=5, units=units), at=100.0)
    state.close()
    later = Budgets(8)
    state_of(tmp_path, later, at=112.0).close()
    assert list(later.levels(112.0)) == [(2**64 - 3, 130.0)]


def test_a_clock_set_back_between_runs_lengthens_no_wait(tmp_path: Path) -> None:
    budgets = Budgets(8)
    state = state_of(tmp_path, budgets, at=10_000.0)
    budgets.book(Charge(budget=2, interval_s=10.0, burst=5), at=10_000.0)
    state.close()
    later = Budgets(8)
    state_of(tmp_path, later, at=100.0).close()
    assert later.whole_at(2) == 110.0


def test_what_finds_no_room_is_counted_and_told(tmp_path: Path) -> None:
    state = state_of(tmp_path, most_waiting=3)
    for number in range(5):
        state.note(*denial(number))
    assert state.counts() == (0, 2, 0, 3, False)
    state.close()
    assert ids(tmp_path) == ["d-0", "d-1", "d-2"]
    connection = open_state(tmp_path / "guard.db")
    assert [(one.what, one.detail) for one in read_entries(connection)] == [("records_dropped", {"count": 2})]
    connection.close()


def test_a_locked_file_is_counted_and_written_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stillwatch.service.guarding.state_file._WAIT_S", 0.01)
    state = state_of(tmp_path)
    other = open_state(tmp_path / "guard.db")
    other.execute("BEGIN IMMEDIATE")
    state.note(*denial(1))
    state.flush()
    state.note(*denial(2))
    state.flush()
    assert state.counts() == (0, 0, 2, 2, True)
    other.execute("ROLLBACK")
    other.close()
    state.flush()
    assert state.counts() == (2, 0, 2, 0, False)
    state.close()
    assert ids(tmp_path) == ["d-1", "d-2"]


def test_what_the_file_refuses_for_good_holds_nothing_up(tmp_path: Path) -> None:
    state = state_of(tmp_path)
    state.note(RequestFacts("q", 1.0), Decision(action=Action.BLOCK, id="d-0", confidence=float("nan")))
    state.flush()
    state.note(*denial(1))
    state.flush()
    assert state.counts() == (1, 1, 1, 0, False)
    state.close()


def test_a_covert_rule_is_audited_when_loaded_and_when_it_acts(tmp_path: Path) -> None:
    state = state_of(tmp_path)
    state.follow(read_policy(_COVERT, "policy.toml"))
    acted = Decision(action=Action.ALLOW, rule="mark", observed=("mark",), policy_version="v1", subject="c-1")
    for request in ("q-1", "q-2"):
        state.note(RequestFacts(request, 100.0, account_id="a-1"), acted)
    state.follow(read_policy('version = "v2"', "policy.toml"))
    state.note(RequestFacts("q-3", 100.0, account_id="a-1"), acted)
    state.close()
    connection = open_state(tmp_path / "guard.db")
    entries = list(read_entries(connection))
    assert [(one.what, one.who, one.about) for one in entries] == [
        ("policy_followed", "guard", "v1"),
        ("covert_rule_loaded", "Grace", "mark"),
        ("policy_followed", "guard", "v2"),
        ("covert_rule_acted", "guard", "mark"),
    ]
    detail = entries[1].detail
    assert (detail["requested_by"], detail["approved_by"], detail["exempt_organisations"]) == (
        "Ada",
        "Grace",
        ["o-eval"],
    )
    assert entries[3].detail["requests"] == 2
    assert first_broken(connection) is None
    connection.close()


def test_a_covert_rule_in_shadow_mode_is_told_when_loaded_and_does_not_act(tmp_path: Path) -> None:
    state = state_of(tmp_path)
    state.follow(read_policy(_COVERT.replace("enforce", "shadow"), "policy.toml"))
    state.note(RequestFacts("q", 1.0), Decision(action=Action.ALLOW, observed=("mark",)))
    state.close()
    connection = open_state(tmp_path / "guard.db")
    assert [one.what for one in read_entries(connection)] == ["policy_followed", "covert_rule_loaded"]
    connection.close()


_UNDER_LOAD = """
import sys, time
from pathlib import Path
from stillwatch.core.decision import Action, Charge, Decision
from stillwatch.core.request_facts import RequestFacts
from stillwatch.guard.budgets import Budgets
from stillwatch.service.guarding.guard_state import GuardState

budgets = Budgets(1024)
state = GuardState(Path(sys.argv[1]), budgets, clock=time.time)
state.start()
number = 0
while True:
    for _ in range(20):
        now = time.time()
        budgets.book(Charge(budget=number % 500 + 1, interval_s=3600.0, burst=9), at=now)
        state.note(RequestFacts("", now), Decision(action=Action.BLOCK, id=f"d-{number:09d}", reason="no"))
        number += 1
    print(number, now, flush=True)
    time.sleep(0.005)
"""


def test_a_guard_killed_under_load_loses_a_second_at_most(tmp_path: Path) -> None:
    file = tmp_path / "guard.db"
    command = [sys.executable, "-c", _UNDER_LOAD, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # ours
        assert process.stdout is not None
        assert process.stdout.readline()
        time.sleep(1.5)
        process.send_signal(signal.SIGKILL)
        last = process.stdout.read().rpartition("\n")[0].rpartition("\n")[2].split()
    connection = open_state(file)
    rows = connection.execute("SELECT id, denied_at FROM denial ORDER BY id").fetchall()
    connection.close()
    assert [row[0] for row in rows] == [f"d-{number:09d}" for number in range(len(rows))]
    assert 0 < len(rows) <= int(last[0]) + 20
    assert float(last[1]) - rows[-1][1] <= 1.0
    restored = Budgets(1024)
    GuardState(file, restored, clock=time.time).close()
    assert len(list(restored.levels(time.time()))) == min(500, len(rows))


_DISK_FULL = """
import json, resource, sys
from pathlib import Path
from stillwatch.core.decision import Action, Decision
from stillwatch.core.request_facts import RequestFacts
from stillwatch.guard.budgets import Budgets
from stillwatch.service.guarding.guard_state import GuardState

state = GuardState(Path(sys.argv[1]), Budgets(8), clock=lambda: 1.0)

def deny(first):
    for number in range(first, first + 1000):
        state.note(RequestFacts("q" * 100, 1.0), Decision(action=Action.BLOCK, id=f"d-{number:05d}"))
    state.flush()
    return state.counts()._asdict()

told = [deny(0)]
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
told += [deny(1000), deny(2000)]
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
told += [deny(3000)]
state.close()
print(json.dumps(told))
"""


def test_a_full_disk_stops_no_decision_and_writing_goes_on_when_there_is_room(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: the same error, from the same system call."""
    command = [sys.executable, "-c", _DISK_FULL, str(tmp_path / "guard.db")]
    run = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # ours
    told = json.loads(run.stdout)
    assert [(one["written"], one["failed_commits"], one["waiting"], one["is_degraded"]) for one in told] == [
        (1000, 0, 0, False),
        (1000, 1, 1000, True),
        (1000, 2, 2000, True),
        (4000, 2, 0, False),
    ]
    assert len(ids(tmp_path)) == 4000
