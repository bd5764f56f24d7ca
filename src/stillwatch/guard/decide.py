"""The decision about one request: a pure function of what is known.

>>> from stillwatch.guard.budgets import Budgets
>>> from stillwatch.guard.read_policy import read_policy
>>> from stillwatch.guard.build_standings import build
>>> from stillwatch.guard.standings import Standings
>>> guard = Guarded(read_policy('version = "1"', "policy.toml"), Standings(build([], seed=1)), Budgets(8))
>>> decide(RequestFacts("r-1", 0.0), guard).action
<Action.ALLOW: 'allow'>

Rules are asked in the order of the policy. One that matches adds its obligations; `block`, `challenge`, and `throttle`
beyond its budget answer, and nothing after them is asked. A rule in shadow mode answers nothing: its answer is noted.
A standing that rests on experimental signals never denies, whatever the policy says.

Most requests have no standing at all; they get one answer, made beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.decision import NO_OBLIGATIONS, Action, Charge, Decision, Exposed, Obligations, Withhold
from stillwatch.core.key_standing import Role
from stillwatch.core.policy import DENYING, Mode, Response, Wants
from stillwatch.core.request_facts import BodySeen, KeyName, RequestFacts
from stillwatch.guard.budgets import budget_key

if TYPE_CHECKING:
    from stillwatch.core.policy import Policy, Rule
    from stillwatch.guard.budgets import Budgets
    from stillwatch.guard.standings import Known, Standings

_WHO: Final = frozenset(
    (KeyName.ACCOUNT, KeyName.API_KEY, KeyName.USER, KeyName.ORGANISATION, KeyName.TEAM, KeyName.END_USER)
)
_DENIAL: Final = {
    Response.THROTTLE: Action.THROTTLE,
    Response.CHALLENGE: Action.CHALLENGE,
    Response.BLOCK: Action.BLOCK,
}
_REASONS: Final = {
    Response.THROTTLE: "Your requests have exceeded the rate that applies to your account at present.",
    Response.CHALLENGE: "We need to verify your account before it can go on.",
    Response.BLOCK: "Your account's use of this service is suspended under the terms of use.",
}
_DEGRADED: Final = {
    BodySeen.NONE: "body: none",
    BodySeen.PARTIAL: "body: partial",
    BodySeen.MALFORMED: "body: malformed",
}


class _Found(NamedTuple):
    """The standings of one subject that a rule rests on; of a rule on the request alone there is none."""

    best: Known | None
    names: frozenset[int]


_REQUEST_ALONE: Final = _Found(None, frozenset())


@dataclass(slots=True, kw_only=False)
class Guarded:
    """All that a decision looks at; each part is replaced as a whole when a newer one is there."""

    policy: Policy
    standings: Standings
    budgets: Budgets
    plain: tuple[Decision, ...] = ()
    """The answer to a request of which nothing is known, by how much of its body was seen."""
    looks_at_all: bool = False
    """Whether a rule looks at requests without any standing."""

    def __post_init__(self) -> None:
        self.looks_at_all = any(not rule.roles for rule in self.policy.rules)
        self.plain = tuple(_plain(self.policy, seen) for seen in BodySeen)


def decide(facts: RequestFacts, guarded: Guarded) -> Decision:
    """Decide about one request. Budgets are read here; whoever carries out the decision books its charges."""
    hits = guarded.standings.hits(facts)
    if not hits and not guarded.looks_at_all:
        return guarded.plain[facts.body_seen]
    known = [guarded.standings.known(hit.row) for hit in hits]
    exempt = next((one for one in known if one.role is Role.EXEMPT and one.name in _WHO), None)
    if exempt is not None:
        return replace(guarded.plain[facts.body_seen], because=exempt.reason, subject=exempt.subject)
    return _walk(facts, guarded, known)


def failed(guarded: Guarded, why: str) -> Decision:
    """The declared answer to a request that could not be decided on."""
    policy = guarded.policy
    is_denied = policy.on_failure == "deny" and policy.mode is Mode.ENFORCE
    return Decision(
        action=Action.BLOCK if is_denied else Action.ALLOW,
        reason="This request could not be checked; please try again." if is_denied else "",
        because=why,
        policy_version=policy.version,
        on_failure=policy.on_failure,
        degraded=(f"failed: {why}",),
    )


def _plain(policy: Policy, seen: BodySeen) -> Decision:
    degraded = (_DEGRADED[seen],) if seen in _DEGRADED else ()
    return Decision(action=Action.ALLOW, policy_version=policy.version, on_failure=policy.on_failure, degraded=degraded)


def _walk(facts: RequestFacts, guarded: Guarded, known: list[Known]) -> Decision:
    decision = guarded.plain[facts.body_seen]
    observed: list[str] = []
    applied: list[str] = []
    charges: list[Charge] = []
    obligations, shadowed = NO_OBLIGATIONS, None
    for rule in guarded.policy.rules:
        found = _found(rule, known) if rule.roles else _REQUEST_ALONE
        if found is None or not _fits(rule, facts):
            continue
        observed.append(rule.name)
        if rule.respond is Response.ALLOW:
            break
        charge = _charge(rule, found, facts)
        wait_s = guarded.budgets.wait_s(charge, facts.at) if charge else 0.0
        denies = rule.respond in DENYING and (charge is None or wait_s > 0)
        if charge is not None and not denies:
            charges.append(charge)
        is_shadowed = rule.mode is Mode.SHADOW or (denies and found.best is not None and found.best.is_experimental)
        if is_shadowed:
            shadowed = shadowed or (_DENIAL[rule.respond] if denies else None)
            continue
        if denies:
            return _denial(rule, found, guarded.policy, decision, wait_s, tuple(observed), shadowed)
        obligations = joined(obligations, rule.obligations)
        if rule.obligations != NO_OBLIGATIONS and rule.covert is None and rule.respond.value not in applied:
            applied.append(rule.respond.value)
    if not observed:
        return decision
    best = max(known, key=lambda one: one.confidence, default=None)
    return replace(
        decision,
        obligations=obligations,
        charges=tuple(charges),
        shadowed=shadowed,
        observed=tuple(observed),
        applied=tuple(applied),
        rule=observed[-1],
        because=best.reason if best else "",
        subject=best.subject if best else "",
        confidence=best.confidence if best else 0.0,
    )


def _denial(  # noqa: PLR0913, PLR0917  # the parts of one answer, gathered on the way
    rule: Rule,
    found: _Found,
    policy: Policy,
    plain: Decision,
    wait_s: float,
    observed: tuple[str, ...],
    shadowed: Action | None,
) -> Decision:
    best = found.best
    asked = f" Questions: {policy.contact}." if policy.contact else ""
    return replace(
        plain,
        action=_DENIAL[rule.respond],
        rule=rule.name,
        reason=(rule.reason or _REASONS[rule.respond]) + asked,
        because=best.reason if best else f"rule {rule.name!r} on the request alone",
        subject=best.subject if best else "",
        confidence=best.confidence if best else 0.0,
        retry_after_s=wait_s,
        challenge_url=rule.challenge_url,
        observed=observed,
        shadowed=shadowed,
    )


def _found(rule: Rule, known: list[Known]) -> _Found | None:
    """The subject that fits the rule best, with the names it is known by; None where none fits."""
    by_subject: dict[str, list[Known]] = {}
    for one in known:
        name = min(one.name, KeyName.TEMPLATE)
        if (
            one.role in rule.roles
            and name in rule.names
            and one.confidence >= rule.least_confidence
            and (not rule.sources or one.source in rule.sources)
            and (not rule.subjects or one.subject in rule.subjects)
        ):
            by_subject.setdefault(one.subject, []).append(one)
    fitting = [
        _Found(max(ones, key=lambda one: (not one.is_experimental, one.confidence)), names)
        for ones in by_subject.values()
        if len(names := frozenset(min(one.name, KeyName.TEMPLATE) for one in ones)) >= rule.least_keys
    ]
    return max(fitting, key=lambda one: one.best.confidence if one.best else 0.0, default=None)


def _fits(rule: Rule, facts: RequestFacts) -> bool:
    """Whether the request itself is one that the rule speaks of."""
    return (
        (not rule.models or any(fnmatchcase(facts.model, glob) for glob in rule.models))
        and (not rule.paths or any(fnmatchcase(facts.path, glob) for glob in rule.paths))
        and (not rule.wants or any(_is_wanted(one, facts) for one in rule.wants))
        and (not rule.foreign_reasoning or not rule.foreign_reasoning.isdisjoint(facts.foreign_reasoning))
        and (not rule.organisations or facts.org_id in rule.organisations)
        and (not rule.accounts or facts.account_id in rule.accounts)
        and facts.org_id not in rule.unless_organisations
        and facts.account_id not in rule.unless_accounts
        and (rule.covert is None or _may_be_covert(rule, facts))
    )


def _may_be_covert(rule: Rule, facts: RequestFacts) -> bool:
    covert = rule.covert
    return covert is not None and facts.at < covert.expires_at.timestamp() and facts.org_id not in covert.exempts


def _is_wanted(wants: Wants, facts: RequestFacts) -> bool:
    if wants is Wants.LOGPROBS:
        return facts.wants_logprobs
    if wants is Wants.REASONING:
        return facts.wants_reasoning
    return facts.choices > 1


def _charge(rule: Rule, found: _Found, facts: RequestFacts) -> Charge | None:
    budget = rule.budget
    if budget is None:
        return None
    campaign = found.best.subject if found.best else ""
    value = campaign if budget.per == "campaign" else _VALUE_OF[budget.per](facts)
    return Charge(
        budget=budget_key(f"{rule.name}\x1f{budget.per}", value),
        interval_s=budget.interval_s,
        burst=budget.burst,
        counts_tokens=budget.counts_tokens,
    )


_VALUE_OF: Final = {
    "account": lambda facts: facts.account_id,
    "api_key": lambda facts: facts.api_key_id,
    "user": lambda facts: facts.user_id,
    "organisation": lambda facts: facts.org_id,
    "team": lambda facts: facts.team_id,
    "end_user": lambda facts: facts.end_user_id,
    "address": lambda facts: facts.client_address,
    "prefix": lambda facts: facts.client_prefix,
    "client": lambda facts: facts.client,
}
"""What a budget may be counted by, beside the campaign."""


def joined(left: Obligations, right: Obligations) -> Obligations:
    """Both at once: the lower of two caps, the stricter of two ways to withhold; of two routes the first."""
    if not left.tags and left == NO_OBLIGATIONS:
        return right
    return Obligations(
        strip_logprobs=left.strip_logprobs or right.strip_logprobs,
        max_choices=_lower(left.max_choices, right.max_choices),
        max_tokens=_lower(left.max_tokens, right.max_tokens),
        withhold_reasoning=max(left.withhold_reasoning, right.withhold_reasoning, key=_STRICTER.index),
        if_exposed=max(left.if_exposed, right.if_exposed, key=_STRICTER_IF_EXPOSED.index),
        tags=left.tags + tuple(tag for tag in right.tags if tag not in left.tags),
        route_to=left.route_to or right.route_to,
    )


_STRICTER: Final = (Withhold.NO, Withhold.SUMMARISE, Withhold.STRIP)
_STRICTER_IF_EXPOSED: Final = (Exposed.REPORT, Exposed.STOP)


def _lower(left: int, right: int) -> int:
    return min(left, right) if left and right else left or right
