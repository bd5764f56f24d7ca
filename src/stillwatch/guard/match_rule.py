"""Whether a rule speaks of a request, and which standing it then rests on.

A standing that rests on experimental signals alone never denies, and neither does a single trace that honest customers
may share: an address, a client, a template, the end user that a caller names. The rule still matches, so that it is
counted and its milder obligations apply; `Found` says whether it may deny.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.key_standing import FEATURE, Role
from stillwatch.core.request_facts import KeyName
from stillwatch.guard.conditions import conditions_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.core.policy import Rule, Wants
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.guard.conditions import Condition
    from stillwatch.guard.standings import Known

WHO: Final = frozenset((KeyName.ACCOUNT, KeyName.API_KEY, KeyName.USER, KeyName.ORGANISATION, KeyName.TEAM))
"""Names that say who it is, since a gateway has checked them; a denial or an exemption may rest on one alone."""
_BIT: Final[dict[int, int]] = {name: 1 << (KeyName.ADDRESS if name is KeyName.PREFIX else name) for name in KeyName}
"""Different names as different bits; an address and its neighbourhood are one, and so are all template keys."""
_WHO_BITS: Final = sum(_BIT[name] for name in WHO)
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


class ReadyRule(NamedTuple):
    """A rule with its conditions made ready."""

    rule: Rule
    conditions: tuple[Condition, ...]

    @classmethod
    def of(cls, rule: Rule) -> ReadyRule:
        return cls(rule, conditions_of(rule))

    def fits(self, facts: RequestFacts) -> bool:
        """Whether the request itself is one that the rule speaks of."""
        for condition in self.conditions:  # noqa: SIM110  # half the cost of all(...)
            if not condition(facts):
                return False
        return True


def match_rule(ready: ReadyRule, facts: RequestFacts, known: list[Known]) -> Found | None:
    """What the rule rests on; None where it does not speak of this request."""
    if not ready.fits(facts) or is_licensed(ready.rule.unless_licensed, known):
        return None
    if not ready.rule.roles:
        return REQUEST_ALONE
    return _standing_for(ready.rule, known) if known else None


def exemption_in(known: Iterable[Known]) -> Known | None:
    """The standing that spares a request, where it says who that is."""
    return next((one for one in known if one.role is Role.EXEMPT and one.name in WHO), None)


def is_licensed(features: frozenset[Wants], known: Iterable[Known]) -> bool:
    """Whether a licence of who it is grants one of the features; it stands in the subject, behind the licence's id."""
    return bool(features) and any(
        one.role is Role.LICENSED and one.name in WHO and one.subject.rpartition(FEATURE)[2] in features
        for one in known
    )


def _standing_for(rule: Rule, known: list[Known]) -> Found | None:
    """Of the subjects that fit one that may deny, then the surest."""
    by_subject: dict[str, list[Known]] = {}
    for one in known:
        if _is_of(rule, one):
            by_subject.setdefault(one.subject, []).append(one)
    fitting = [found for ones in by_subject.values() if (found := _judged(rule, ones)) is not None]
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    return max(fitting, key=_precedence)


def _is_of(rule: Rule, one: Known) -> bool:
    return (
        one.name in rule.names
        and one.role in rule.roles
        and one.confidence >= rule.least_confidence
        and one.role is not Role.EXEMPT
        and (not rule.sources or one.source in rule.sources)
        and (not rule.subjects or one.subject in rule.subjects)
    )


def _judged(rule: Rule, ones: list[Known]) -> Found | None:
    """What the standings of one subject come to; None where too few names agree."""
    names = stable = 0
    best = ones[0]
    for one in ones:
        bit = _BIT[one.name]
        names |= bit
        if not one.is_experimental:
            stable |= bit
        if (one.is_experimental, -one.confidence) < (best.is_experimental, -best.confidence):
            best = one
    if names.bit_count() < rule.least_keys:
        return None
    return Found(
        best,
        is_stable=stable.bit_count() >= max(1, rule.least_keys),
        is_founded=stable & _WHO_BITS != 0 or stable.bit_count() >= LEAST_TRACES,
    )


def _precedence(found: Found) -> tuple[bool, bool, float]:
    return found.is_stable, found.is_founded, found.best.confidence if found.best else 0.0
