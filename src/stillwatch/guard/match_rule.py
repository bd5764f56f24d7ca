"""Whether a rule speaks of a request, and which standing it then rests on.

A standing that rests on experimental signals alone never denies, and neither does a single trace that honest customers
may share: an address, a client, a template, the end user that a caller names. The rule still matches, so that it is
counted and its milder obligations apply; `Found` says whether it may deny.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.key_standing import Role
from stillwatch.core.policy import Wants
from stillwatch.core.request_facts import KeyName, RequestFacts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.core.policy import Rule
    from stillwatch.guard.standings import Known

WHO: Final = frozenset((KeyName.ACCOUNT, KeyName.API_KEY, KeyName.USER, KeyName.ORGANISATION, KeyName.TEAM))
"""Names that say who it is, since a gateway has checked them; a denial or an exemption may rest on one alone."""
LEAST_TRACES: Final = 2
"""Of all other names so many must agree."""


class Found(NamedTuple):
    """The subject whose standings a rule rests on."""

    best: Known | None
    """The surest of its standings; None where the rule looks at the request alone."""
    is_stable: bool
    """Whether it would match without what is experimental."""
    is_founded: bool
    """Whether that says who it is, or several traces agree."""


REQUEST_ALONE: Final = Found(None, is_stable=True, is_founded=True)


def match_rule(rule: Rule, facts: RequestFacts, known: list[Known]) -> Found | None:
    """What the rule rests on; None where it does not speak of this request."""
    if not fits(rule, facts):
        return None
    return _standing_for(rule, known) if rule.roles else REQUEST_ALONE


def exemption_in(known: Iterable[Known]) -> Known | None:
    """The standing that spares a request, where it says who that is."""
    return next((one for one in known if one.role is Role.EXEMPT and one.name in WHO), None)


def _standing_for(rule: Rule, known: list[Known]) -> Found | None:
    """Of the subjects that fit one that may deny, then the surest."""
    by_subject: dict[str, list[Known]] = {}
    for one in known:
        if _is_of(rule, one):
            by_subject.setdefault(one.subject, []).append(one)
    fitting = [
        _judged(rule, ones) for ones in by_subject.values() if len(names := _names(ones)) >= rule.least_keys and names
    ]
    return max(fitting, key=_precedence, default=None)


def _is_of(rule: Rule, one: Known) -> bool:
    return (
        one.role in rule.roles
        and one.role is not Role.EXEMPT
        and min(one.name, KeyName.TEMPLATE) in rule.names
        and one.confidence >= rule.least_confidence
        and (not rule.sources or one.source in rule.sources)
        and (not rule.subjects or one.subject in rule.subjects)
    )


def _judged(rule: Rule, ones: list[Known]) -> Found:
    stable = _names(one for one in ones if not one.is_experimental)
    return Found(
        max(ones, key=lambda one: (not one.is_experimental, one.confidence)),
        is_stable=bool(stable) and len(stable) >= rule.least_keys,
        is_founded=not stable.isdisjoint(WHO) or len(stable) >= LEAST_TRACES,
    )


def _precedence(found: Found) -> tuple[bool, bool, float]:
    return found.is_stable, found.is_founded, found.best.confidence if found.best else 0.0


def _names(ones: Iterable[Known]) -> frozenset[int]:
    """Different names among some standings; an address and its neighbourhood are one, and so are all template keys."""
    names = (min(one.name, KeyName.TEMPLATE) for one in ones)
    return frozenset(KeyName.ADDRESS if name == KeyName.PREFIX else name for name in names)


def fits(rule: Rule, facts: RequestFacts) -> bool:
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
    """Before its end, and never to an evaluator: where some are named, to no organisation that is unknown either."""
    covert = rule.covert
    if covert is None or facts.at >= covert.expires_at.timestamp():
        return False
    return not covert.exempts or (facts.org_id != "" and facts.org_id not in covert.exempts)


def _is_wanted(wants: Wants, facts: RequestFacts) -> bool:
    if wants is Wants.LOGPROBS:
        return facts.wants_logprobs
    if wants is Wants.REASONING:
        return facts.wants_reasoning
    return facts.choices > 1
