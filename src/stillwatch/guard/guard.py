"""The guard as a plug-in point sees it: facts in, decision out, and what a decision sets in motion.

>>> from stillwatch.core.request_facts import RequestFacts
>>> from stillwatch.guard.budgets import Budgets
>>> from stillwatch.guard.read_policy import read_policy
>>> from stillwatch.guard.build_standings import build
>>> from stillwatch.guard.standings import Standings
>>> guarded = Guarded(read_policy('version = "1"', "policy.toml"), Standings(build([], seed=1)), Budgets(8))
>>> guard = Guard(guarded, new_id=lambda: "d-1")
>>> guard.check(RequestFacts("r-1", 0.0)).action
<Action.ALLOW: 'allow'>

`check` never raises: what cannot be decided on gets the policy's declared answer, and is counted. It does no I/O;
whoever wants to log, count or store decisions hands in `on_decision`, which must be quick. Where that raises, the
decision stands, and `unreported` counts it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.decision import DENIALS, Decision
from stillwatch.guard.decide import Guarded, decide, failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stillwatch.core.policy import Policy
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.guard.reasoning_bonds import ReasoningBonds
    from stillwatch.guard.several_standings import StandingsTable
    from stillwatch.guard.standings import Standings

_REMEMBERED: Final = 8_192
"""Requests that are remembered, the newest: gateways may ask twice about one (Envoy does while it buffers a body)."""
_ASKED_AGAIN_S: Final = 60.0
_ASKED_AGAIN: Final = 2
"""How often. Were it more, whoever can choose the id of a request could have one charge pay for many."""


class _Answered(NamedTuple):
    at: float
    decision: Decision
    again: int
    """How often it may still be given."""


class Guard:
    """Decides, books what a decision takes from budgets, and gives each denial an id.

    Args:
        guarded: Policy, standings and budgets to decide by.
        new_id: Makes the id of a denial; unguessable, since a customer quotes it in an appeal.
        on_decision: Told of each decision once, after it was made.
        bonds: To whom signed reasoning was handed out; without them none is ever foreign.
    """

    def __init__(
        self,
        guarded: Guarded,
        *,
        new_id: Callable[[], str],
        on_decision: Callable[[RequestFacts, Decision], None] | None = None,
        bonds: ReasoningBonds | None = None,
    ) -> None:
        self.guarded = guarded
        self._new_id = new_id
        self._on_decision = on_decision
        self._bonds = bonds
        self.unreported = 0
        """Decisions that `on_decision` failed to take."""
        self._answered: OrderedDict[tuple[str, ...], _Answered] = OrderedDict()
        """By what must be the same for two questions to be about one request; see `_asked`."""

    def check(self, facts: RequestFacts) -> Decision:
        """Decide about a request; the same request asked about again within a minute gets the same answer."""
        try:
            if facts.request_id and (before := self._before(facts)) is not None:
                return before
            if facts.reasoning_in and self._bonds is not None:
                facts = facts._replace(foreign_reasoning=self._bonds.foreign(facts))
            decision = decide(facts, self.guarded)
            if decision.charges or decision.action in DENIALS:
                decision = self._carried_out(facts, decision)
        except Exception as error:  # noqa: BLE001  # no request may be lost to a fault of ours
            return self.fail(facts, type(error).__name__)
        self._report(facts, decision)
        return decision

    def fail(self, facts: RequestFacts, why: str) -> Decision:
        """Answer as the policy declares for what cannot be decided on, such as a request that cannot be read."""
        decision = failed(self.guarded, why)
        if decision.action in DENIALS:
            decision = replace(decision, id=self._new_id())
        self._report(facts, decision)
        return decision

    def book_tokens(self, decision: Decision, tokens: int, at: float) -> None:
        """Take what a reply has cost from the budgets that count tokens."""
        for charge in decision.charges:
            if charge.counts_tokens:
                self.guarded.budgets.book(charge._replace(units=float(tokens)), at)

    def bind_reasoning(self, facts: RequestFacts, signatures: Iterable[str]) -> None:
        """Note which signed blocks of reasoning the reply to a request has handed out."""
        if self._bonds is not None:
            self._bonds.bind(facts, signatures)

    def follow(self, policy: Policy) -> None:
        """Decide by another policy from now on."""
        self.guarded = Guarded(policy, self.guarded.standings, self.guarded.budgets, self.guarded.spared)
        self._answered.clear()

    def look_up_in(self, standings: StandingsTable) -> None:
        """Decide by other standings from now on."""
        self.guarded = Guarded(self.guarded.policy, standings, self.guarded.budgets, self.guarded.spared)

    def spare(self, exemptions: Standings) -> None:
        """Deny nobody from now on who stands in this table as exempt; one that was refused is asked about anew."""
        self.guarded = Guarded(self.guarded.policy, self.guarded.standings, self.guarded.budgets, exemptions)
        self._answered.clear()

    def _report(self, facts: RequestFacts, decision: Decision) -> None:
        if self._on_decision is None:
            return
        try:
            self._on_decision(facts, decision)
        except Exception:  # noqa: BLE001  # a log that cannot be written must not let a request through or lose it
            self.unreported += 1

    def _before(self, facts: RequestFacts) -> Decision | None:
        """What was answered when the same request was asked about a moment ago."""
        asked = _asked(facts)
        before = self._answered.get(asked)
        if before is None or not before.again or abs(facts.at - before.at) >= _ASKED_AGAIN_S:
            return None
        self._answered[asked] = before._replace(again=before.again - 1)
        return before.decision

    def _carried_out(self, facts: RequestFacts, decision: Decision) -> Decision:
        for charge in decision.charges:
            if not charge.counts_tokens:
                self.guarded.budgets.book(charge, facts.at)
        if decision.action in DENIALS:
            decision = replace(decision, id=self._new_id())
        if facts.request_id:
            if len(self._answered) >= _REMEMBERED:
                self._answered.popitem(last=False)
            self._answered[_asked(facts)] = _Answered(facts.at, decision, _ASKED_AGAIN)
        return decision


def _asked(facts: RequestFacts) -> tuple[str, ...]:
    return facts.request_id, facts.account_id, facts.api_key_id, facts.path
