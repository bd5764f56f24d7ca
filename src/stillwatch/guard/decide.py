"""The decision about one request: a pure function of what is known.

>>> from stillwatch.guard.budgets import Budgets
>>> from stillwatch.guard.build_standings import build
>>> from stillwatch.guard.read_policy import read_policy
>>> from stillwatch.guard.standings import Standings
>>> guard = Guarded(read_policy('version = "1"', "policy.toml"), Standings(build([], seed=1)), Budgets(8))
>>> decide(RequestFacts("r-1", 0.0), guard).action
<Action.ALLOW: 'allow'>

Rules are asked in the order of the policy. One that matches adds its obligations; `block`, `challenge`, and `throttle`
beyond its budget answer, and nothing after them is asked. A rule in shadow mode changes nothing: what it would have
answered is noted. Whoever an exemption spares is asked about no rule.

Most requests have no standing at all; they get one answer, made beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import NO_OBLIGATIONS, Action, Charge, Decision, Obligations
from stillwatch.core.policy import DENYING, Mode, OnFailure, Response
from stillwatch.core.request_facts import BodySeen, RequestFacts
from stillwatch.guard.charge_of import charge_of
from stillwatch.guard.join_obligations import join_obligations
from stillwatch.guard.match_rule import Found, ReadyRule, exemption_in, match_rule

if TYPE_CHECKING:
    from stillwatch.core.policy import Policy, Rule
    from stillwatch.guard.budgets import Budgets
    from stillwatch.guard.several_standings import StandingsTable
    from stillwatch.guard.standings import Known, Standings

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


@dataclass(slots=True)
class Guarded:
    """All that a decision looks at; each part is replaced as a whole when a newer one is there."""

    policy: Policy
    standings: StandingsTable
    budgets: Budgets
    spared: Standings | None = None
    """Exemptions granted since the standings were published."""
    plain: tuple[tuple[Decision, ...], ...] = ()
    """The answer to a request of which nothing is known: by whether template keys are late, and how much of its body
    was seen.
    """
    rules: tuple[ReadyRule, ...] = ()
    """Those of the policy, made ready."""
    on_request_alone: tuple[ReadyRule, ...] = ()
    """Those that look at requests without any standing."""
    binds_reasoning: bool = False
    """Whether a rule asks whose signed reasoning a request hands in, so that replies must be looked at for it."""

    def __post_init__(self) -> None:
        self.rules = tuple(map(ReadyRule.of, self.policy.rules))
        self.on_request_alone = tuple(one for one in self.rules if not one.rule.roles)
        self.binds_reasoning = any(rule.foreign_reasoning for rule in self.policy.rules)
        self.plain = tuple(tuple(_plain(self.policy, seen, is_late) for seen in BodySeen) for is_late in (False, True))


def decide(facts: RequestFacts, guarded: Guarded) -> Decision:
    """Decide about one request. Budgets are read here; whoever carries out the decision books its charges."""
    hits = guarded.standings.hits(facts)
    if not hits and not _is_spoken_of(facts, guarded.on_request_alone):
        return guarded.plain[facts.templates_late][facts.body_seen]
    known = [guarded.standings.known(hit.row) for hit in hits]
    if guarded.spared is not None:
        known += [guarded.spared.known(hit.row) for hit in guarded.spared.hits(facts)]
    if (exempt := exemption_in(known)) is not None:
        plain = guarded.plain[facts.templates_late][facts.body_seen]
        return replace(plain, because=exempt.reason, subject=exempt.subject)
    return _walk(facts, guarded, known)


def _is_spoken_of(facts: RequestFacts, rules: tuple[ReadyRule, ...]) -> bool:
    for rule in rules:  # noqa: SIM110  # half the cost of any(...)
        if rule.fits(facts):
            return True
    return False


def failed(guarded: Guarded, why: str) -> Decision:
    """The declared answer to a request that could not be decided on."""
    policy = guarded.policy
    is_denied = policy.on_failure is OnFailure.DENY and policy.mode is Mode.ENFORCE
    return Decision(
        action=Action.BLOCK if is_denied else Action.ALLOW,
        reason="This request could not be checked; please try again." if is_denied else "",
        because=why,
        policy_version=policy.version,
        on_failure=policy.on_failure,
        degraded=(f"failed: {why}",),
    )


def _plain(policy: Policy, seen: BodySeen, is_late: bool) -> Decision:
    missing = ((_DEGRADED[seen],) if seen in _DEGRADED else ()) + (("template keys: late",) if is_late else ())
    return Decision(action=Action.ALLOW, policy_version=policy.version, on_failure=policy.on_failure, degraded=missing)


@dataclass(slots=True)
class _Gathered:
    """What the rules have said so far."""

    observed: list[str] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    obligations: Obligations = NO_OBLIGATIONS
    shadowed: Action | None = None
    best: Known | None = None

    def oblige(self, rule: Rule) -> None:
        self.obligations = join_obligations(self.obligations, rule.obligations)
        if rule.obligations != NO_OBLIGATIONS and rule.covert is None and rule.respond.value not in self.applied:
            self.applied.append(rule.respond.value)

    def rest_on(self, best: Known | None) -> None:
        if best is not None and (self.best is None or best.confidence > self.best.confidence):
            self.best = best


def _walk(facts: RequestFacts, guarded: Guarded, known: list[Known]) -> Decision:
    plain = guarded.plain[facts.templates_late][facts.body_seen]
    said = _Gathered()
    for ready in guarded.rules:
        found = match_rule(ready, facts, known)
        if found is None:
            continue
        rule = ready.rule
        charge = charge_of(rule, found, facts)
        if rule.budget is not None and charge is None:
            continue
        said.observed.append(rule.name)
        said.rest_on(found.best)
        is_shadow = rule.mode is Mode.SHADOW
        if rule.respond is Response.ALLOW:
            if is_shadow and guarded.policy.mode is Mode.ENFORCE:
                continue
            break
        wait_s = guarded.budgets.wait_s(charge, facts.at) if charge else 0.0
        if rule.respond in DENYING and (charge is None or wait_s > 0):
            if is_shadow or not _may_deny(rule, found):
                said.shadowed = said.shadowed or _DENIAL[rule.respond]
                continue
            return _denial(rule, found, guarded.policy, plain, said, wait_s)
        if charge is not None:
            said.charges.append(charge)
        if not is_shadow:
            said.oblige(rule)
    return _allowed(plain, said) if said.observed else plain


def _may_deny(rule: Rule, found: Found) -> bool:
    """A shared budget may slow down whoever shows a campaign's traces; refusing outright needs more."""
    return found.is_stable and (found.is_founded or rule.respond is Response.THROTTLE)


def _allowed(plain: Decision, said: _Gathered) -> Decision:
    best = said.best
    return Decision(  # written out: `replace` would take three times as long
        action=plain.action,
        policy_version=plain.policy_version,
        on_failure=plain.on_failure,
        degraded=plain.degraded,
        obligations=said.obligations,
        charges=tuple(said.charges),
        shadowed=said.shadowed,
        observed=tuple(said.observed),
        applied=tuple(said.applied),
        rule=said.observed[-1],
        because=best.reason if best else "",
        subject=best.subject if best else "",
        confidence=best.confidence if best else 0.0,
    )


def _denial(  # noqa: PLR0913, PLR0917  # all that a denial tells of
    rule: Rule, found: Found, policy: Policy, plain: Decision, said: _Gathered, wait_s: float
) -> Decision:
    best = found.best
    asked = f" Questions: {policy.contact}." if policy.contact else ""
    return Decision(
        action=_DENIAL[rule.respond],
        policy_version=plain.policy_version,
        on_failure=plain.on_failure,
        degraded=plain.degraded,
        retry_after_s=wait_s,
        rule=rule.name,
        reason=(rule.reason or _REASONS[rule.respond]) + asked,
        because=best.reason if best else f"rule {rule.name!r} on the request alone",
        subject=best.subject if best else "",
        confidence=best.confidence if best else 0.0,
        challenge_url=rule.challenge_url,
        observed=tuple(said.observed),
        shadowed=said.shadowed,
    )
