"""Whether a rule speaks of a request, and which standing it then rests on.

A standing that rests on experimental signals alone never denies, and neither does a single trace that honest customers
may share: an address, a client, a template, the end user that a caller names. The rule still matches, so that it is
counted and its milder obligations apply; `Found` says whether it may deny.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.key_standing import Role
from stillwatch.core.request_facts import KeyName
from stillwatch.guard.conditions import conditions_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.core.policy import Rule
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.guard.conditions import Condition
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
    if not ready.fits(facts):
        return None
    if not ready.rule.roles:
        return REQUEST_ALONE
    return _standing_for(ready.rule, known) if known else None


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
