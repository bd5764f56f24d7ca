"""One policy on the requests of a log, one after the other: decided, booked and counted as a guard would.

trial = PolicyTrial(policy, standings)
for row in rows:
    trial.take(facts, tokens=row.tokens, signatures=row.signatures, ended_at=row.ended_at)
print(trial.result())

Replies are booked when they ended. A refused request costs nothing; what its sender would have done then (given up,
waited, gone elsewhere) no log says.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.decision import DENIALS, NO_OBLIGATIONS, Withhold
from stillwatch.core.key_standing import Role
from stillwatch.core.policy import Mode
from stillwatch.core.request_facts import RequestFacts
from stillwatch.core.tried import Trial, TriedAccount, TriedCampaign, TriedRule
from stillwatch.guard.budgets import Budgets
from stillwatch.guard.decide import Guarded
from stillwatch.guard.guard import Guard
from stillwatch.guard.reasoning_bonds import ReasoningBonds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.core.decision import Decision, Obligations
    from stillwatch.core.policy import Policy
    from stillwatch.guard.standings import Standings

_WORST_FIRST: Final = (Role.EXEMPT, Role.OPERATOR, Role.MIXED, Role.REVIEW, Role.VICTIM)


class _Pending(NamedTuple):
    """A reply that has not ended yet."""

    ended_at: float
    number: int
    facts: RequestFacts
    decision: Decision
    tokens: int
    signatures: Sequence[str]


@dataclass(slots=True)
class _OfRule:
    matched: int = 0
    refused: int = 0
    changed: int = 0
    first_at: float | None = None
    accounts: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _OfAccount:
    role: str
    subject: str = ""
    requests: int = 0
    refused: int = 0
    changed: int = 0
    first_at: float | None = None
    rules: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class _OfCampaign:
    matched: int = 0
    refused: int = 0
    changed: int = 0
    first_at: float | None = None
    accounts: set[str] = field(default_factory=set)


class PolicyTrial:
    def __init__(self, policy: Policy, standings: Standings) -> None:
        self._policy, self._standings = policy, standings
        self._guard = Guard(Guarded(policy, standings, Budgets()), new_id=lambda: "trial", bonds=ReasoningBonds(seed=0))
        self._by_name = {rule.name: rule for rule in policy.rules}
        self._rules = {rule.name: _OfRule() for rule in policy.rules}
        self._accounts: dict[str, _OfAccount] = {}
        self._campaigns: dict[str, _OfCampaign] = {}
        self._pending: list[_Pending] = []
        self._taken = 0
        self._held_back = 0

    def take(self, facts: RequestFacts, *, tokens: int, signatures: Sequence[str], ended_at: float) -> None:
        """Decide about one request; they come in order of time."""
        while self._pending and self._pending[0].ended_at <= facts.at:
            self._end(heapq.heappop(self._pending))
        self._taken += 1
        decision = self._guard.check(facts)
        is_refused = decision.action in DENIALS
        if not is_refused and (decision.charges or signatures):
            heapq.heappush(self._pending, _Pending(ended_at, self._taken, facts, decision, tokens, signatures))
        self._held_back += decision.shadowed is not None and not is_refused
        account = self._accounts.get(facts.account_id)
        if account is not None:
            account.requests += 1
        if decision.observed:
            self._count(facts, decision, account or self._new_account(facts), is_refused=is_refused)

    def result(self) -> Trial:
        """What the policy has done so far."""
        touched = [
            TriedAccount(
                account_id=name,
                role=one.role,
                subject=one.subject,
                requests=one.requests,
                refused=one.refused,
                changed=one.changed,
                first_at=_moment(one.first_at),
                rules=tuple(one.rules),
            )
            for name, one in self._accounts.items()
            if one.refused or one.changed
        ]
        return Trial(
            policy_version=self._policy.version,
            rules=tuple(self._rule(name, one) for name, one in self._rules.items()),
            campaigns=tuple(self._campaign(name) for name in self._by_size()),
            accounts=tuple(sorted(touched, key=lambda one: (-one.refused, -one.changed, one.account_id))),
            refused=sum(one.refused for one in self._accounts.values()),
            changed=sum(one.changed for one in self._accounts.values()),
            held_back=self._held_back,
        )

    def _count(self, facts: RequestFacts, decision: Decision, account: _OfAccount, *, is_refused: bool) -> None:
        is_changed = False
        for name in decision.observed:
            of_rule = self._rules[name]
            of_rule.matched += 1
            rule = self._by_name[name]
            refuses = is_refused and name == decision.rule
            is_enforced = rule.mode is Mode.ENFORCE
            changes = not is_refused and is_enforced and _changes(rule.obligations, facts)
            if refuses or changes:
                of_rule.refused += refuses
                of_rule.changed += changes
                of_rule.first_at = facts.at if of_rule.first_at is None else of_rule.first_at
                of_rule.accounts.add(facts.account_id)
                account.rules[name] = None
            is_changed |= changes
        self._count_campaign(facts, decision, is_refused=is_refused, is_changed=is_changed)
        if is_refused or is_changed:
            account.refused += is_refused
            account.changed += is_changed
            account.subject = account.subject or decision.subject
            account.first_at = facts.at if account.first_at is None else account.first_at

    def _count_campaign(self, facts: RequestFacts, decision: Decision, *, is_refused: bool, is_changed: bool) -> None:
        if not decision.subject:
            return
        campaign = self._campaigns.setdefault(decision.subject, _OfCampaign())
        campaign.matched += 1
        campaign.refused += is_refused
        campaign.changed += is_changed
        campaign.accounts.add(facts.account_id)
        if (is_refused or is_changed) and campaign.first_at is None:
            campaign.first_at = facts.at

    def _new_account(self, facts: RequestFacts) -> _OfAccount:
        """How it stands by itself: by what says who it is, not by an address or a template that others share."""
        alone = RequestFacts(
            "",
            facts.at,
            account_id=facts.account_id,
            api_key_id=facts.api_key_id,
            user_id=facts.user_id,
            org_id=facts.org_id,
            team_id=facts.team_id,
            end_user_id=facts.end_user_id,
        )
        roles = {self._standings.known(hit.row).role for hit in self._standings.hits(alone)}
        account = _OfAccount(next((str(role) for role in _WORST_FIRST if role in roles), ""), requests=1)
        self._accounts[facts.account_id] = account
        return account

    def _end(self, reply: _Pending) -> None:
        self._guard.book_tokens(reply.decision, reply.tokens, reply.ended_at)
        if reply.signatures:
            self._guard.bind_reasoning(reply.facts, reply.signatures)

    def _rule(self, name: str, one: _OfRule) -> TriedRule:
        return TriedRule(
            rule=name,
            respond=str(self._by_name[name].respond),
            matched=one.matched,
            refused=one.refused,
            changed=one.changed,
            accounts=len(one.accounts),
            unlisted=sum(not self._accounts[account].role for account in one.accounts),
            first_at=_moment(one.first_at),
        )

    def _by_size(self) -> list[str]:
        sizes = Counter({name: one.matched for name, one in self._campaigns.items()})
        return [name for name, _ in sizes.most_common()]

    def _campaign(self, name: str) -> TriedCampaign:
        one = self._campaigns[name]
        return TriedCampaign(
            subject=name,
            accounts=len(one.accounts),
            matched=one.matched,
            refused=one.refused,
            changed=one.changed,
            first_at=_moment(one.first_at),
        )


def _changes(obligations: Obligations, facts: RequestFacts) -> bool:
    """Whether carrying this out would give the customer another answer than it asked for."""
    if obligations == NO_OBLIGATIONS:
        return False
    return bool(
        (_coarsens_logprobs(obligations) and facts.wants_logprobs)
        or (obligations.strip_prompt_logprobs and facts.wants_prompt_logprobs)
        or (obligations.strip_sampler and facts.sets_sampler)
        or (obligations.max_choices and facts.choices > obligations.max_choices)
        or (obligations.max_tokens and (facts.max_tokens > obligations.max_tokens or not facts.max_tokens))
        or (obligations.withhold_reasoning is not Withhold.NO and facts.wants_reasoning)
        or obligations.tags
        or obligations.route_to
    )


def _coarsens_logprobs(obligations: Obligations) -> bool:
    return bool(obligations.strip_logprobs or obligations.max_logprobs or obligations.logprob_decimals)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
