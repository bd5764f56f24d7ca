"""The guard answers whatever happens, and the same request the same way."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from guard_rows import AT, asked, guarded, row, rule
from stillwatch.core.decision import Action, Decision
from stillwatch.core.key_standing import Role
from stillwatch.core.policy import Budget, OnFailure, Response
from stillwatch.core.request_facts import Foreign, RequestFacts
from stillwatch.guard.build_standings import build
from stillwatch.guard.guard import Guard
from stillwatch.guard.reasoning_bonds import ReasoningBonds
from stillwatch.guard.standings import Standings

if TYPE_CHECKING:
    from stillwatch.guard.decide import Guarded

SLOW = rule(Response.THROTTLE, budget=Budget(per="campaign", interval_s=10.0, burst=2))


class Told:
    """A guard that keeps what it was told."""

    def __init__(self, state: Guarded, **other: Any) -> None:
        ids = count(1)
        self.decisions: list[Decision] = []
        self.guard = Guard(
            state,
            new_id=lambda: f"d-{next(ids)}",
            on_decision=lambda _, decision: self.decisions.append(decision),
            **other,
        )

    def check(self, number: int, account: str = "a-1", at: float = AT, **other: Any) -> Decision:
        return self.guard.check(asked(account, request_id=f"r-{number}", at=at, **other))


def test_it_books_and_gives_denials_an_id() -> None:
    told = Told(guarded(SLOW, rows=(row(),)))
    found = [told.check(number) for number in range(4)]
    assert [(one.action, one.id) for one in found] == [
        (Action.ALLOW, ""),
        (Action.ALLOW, ""),
        (Action.THROTTLE, "d-1"),
        (Action.THROTTLE, "d-2"),
    ]
    assert told.decisions == found


@pytest.mark.parametrize("later_s", [0.0, 59.0, -59.0])
def test_the_same_request_is_answered_and_charged_once(later_s: float) -> None:
    told = Told(guarded(SLOW, rows=(row(),)))
    first = told.check(1)
    assert told.check(1, at=AT + later_s) is first
    assert told.decisions == [first]
    assert told.check(2).action is Action.ALLOW


def test_it_is_the_same_for_the_same_caller_only_and_not_without_end() -> None:
    told = Told(guarded(SLOW, rows=(row(), row("a-2"))))
    assert [told.check(1).action for _ in range(3)] == [Action.ALLOW] * 3
    told.check(1, "a-2")
    assert told.check(1).action is Action.THROTTLE
    assert told.check(2, "a-2").action is Action.THROTTLE


def test_requests_without_an_id_are_all_different() -> None:
    told = Told(guarded(SLOW, rows=(row(),)))
    found = [told.guard.check(asked(request_id="")) for _ in range(3)]
    assert [one.action for one in found] == [Action.ALLOW, Action.ALLOW, Action.THROTTLE]


def test_what_it_remembers_is_bounded() -> None:
    told = Told(guarded(rule(), rows=(row(),)))
    first = told.check(-1)
    for number in range(8_192):
        told.check(number)
    assert len(told.guard._answered) == 8_192
    assert told.check(-1).id != first.id


class _Broken:
    """Standings that cannot be asked."""

    def hits(self, facts: RequestFacts) -> list[Any]:
        raise RuntimeError(facts.request_id)


@pytest.mark.parametrize(
    ("on_failure", "action", "id_"), [(OnFailure.ALLOW, Action.ALLOW, ""), (OnFailure.DENY, Action.BLOCK, "d-1")]
)
def test_a_fault_of_ours_gets_the_declared_answer(on_failure: OnFailure, action: Action, id_: str) -> None:
    told = Told(guarded(on_failure=on_failure))
    told.guard.guarded.standings = _Broken()  # type: ignore[assignment]
    found = told.check(1)
    assert (found.action, found.id, found.degraded) == (action, id_, ("failed: RuntimeError",))
    assert told.decisions == [found]


def test_a_log_that_cannot_be_written_changes_no_decision() -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    guard = Guard(guarded(rule(), rows=(row(),)), new_id=lambda: "d-1", on_decision=fail)
    assert [guard.check(asked(one)).action for one in ("a-1", "honest")] == [Action.BLOCK, Action.ALLOW]
    assert guard.unreported == 2


def test_tokens_are_booked_when_they_are_known() -> None:
    tokens = Budget(per="campaign", interval_s=0.01, burst=1000, counts_tokens=True)
    told = Told(guarded(rule(Response.THROTTLE, budget=tokens), rows=(row(),)))
    first = told.check(1)
    assert told.check(2).action is Action.ALLOW
    told.guard.book_tokens(first, 3000, AT)
    found = told.check(3)
    assert found.action is Action.THROTTLE
    assert found.retry_after_s == pytest.approx(20.0, abs=0.1)


def test_it_follows_a_policy_and_standings_and_keeps_the_budgets() -> None:
    told = Told(guarded(SLOW, rows=(row(),)))
    for number in range(2):
        told.check(number)
    told.guard.follow(guarded(SLOW, version="v-2").policy)
    found = told.check(1)
    assert (found.action, found.policy_version) == (Action.THROTTLE, "v-2")
    told.guard.look_up_in(Standings(build([], seed=1)))
    assert told.check(3).action is Action.ALLOW


def test_reasoning_of_another_is_seen() -> None:
    block = rule(roles=frozenset(), foreign_reasoning=frozenset((Foreign.ACCOUNT,)))
    told = Told(guarded(block), bonds=ReasoningBonds(64, seed=1))
    told.guard.bind_reasoning(asked("a-1"), ["sig"])
    assert told.check(1, "a-1", reasoning_in=("sig",)).action is Action.ALLOW
    assert told.check(2, "a-2", reasoning_in=("sig",)).action is Action.BLOCK


def test_whoever_is_spared_is_denied_no_more_whatever_is_published_next() -> None:
    told = Told(guarded(rule(), rows=(row(),)))
    assert told.check(1).action is Action.BLOCK
    told.guard.spare(Standings(build([row(role=Role.EXEMPT, subject="ap-1", reason="a class")], seed=2)))
    found = told.check(1)
    assert (found.action, found.subject, found.because) == (Action.ALLOW, "ap-1", "a class")
    told.guard.look_up_in(Standings(build([row(), row("a-2")], seed=3)))
    told.guard.follow(guarded(rule(), version="v-2").policy)
    assert told.check(2).action is Action.ALLOW
    assert told.check(3, "a-2").action is Action.BLOCK
