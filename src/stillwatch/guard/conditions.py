"""What a rule demands of the request itself, made ready once so that each request is asked only what the rule says."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

from stillwatch.core.policy import Wants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stillwatch.core.policy import Covert, Rule
    from stillwatch.core.request_facts import RequestFacts

    Condition = Callable[[RequestFacts], bool]


def conditions_of(rule: Rule) -> tuple[Condition, ...]:
    """All of them must hold; those that few requests meet come first."""
    return tuple(_conditions(rule))


def _conditions(rule: Rule) -> Iterator[Condition]:
    if accounts := rule.accounts:
        yield lambda facts: facts.account_id in accounts
    if organisations := rule.organisations:
        yield lambda facts: facts.org_id in organisations
    if (foreign := rule.foreign_reasoning) != frozenset():
        yield lambda facts: not foreign.isdisjoint(facts.foreign_reasoning)
    if rule.wants:
        yield _wants_any(rule.wants)
    if rule.models:
        matches_model = _any_of(rule.models)
        yield lambda facts: matches_model(facts.model) is not None
    if rule.paths:
        matches_path = _any_of(rule.paths)
        yield lambda facts: matches_path(facts.path) is not None
    if spared_accounts := rule.unless_accounts:
        yield lambda facts: facts.account_id not in spared_accounts
    if spared_organisations := rule.unless_organisations:
        yield lambda facts: facts.org_id not in spared_organisations
    if rule.covert is not None:
        yield _may_be_covert(rule.covert)


def _any_of(globs: tuple[str, ...]) -> Callable[[str], re.Match[str] | None]:
    return re.compile("|".join(map(translate, globs))).match


def _wants_any(wants: frozenset[Wants]) -> Condition:
    logprobs, reasoning, several = (one in wants for one in (Wants.LOGPROBS, Wants.REASONING, Wants.SEVERAL_CHOICES))
    return lambda facts: (
        (logprobs and facts.wants_logprobs) or (reasoning and facts.wants_reasoning) or (several and facts.choices > 1)
    )


def _may_be_covert(covert: Covert) -> Condition:
    """Before its end, and never to an evaluator: where some are named, to no organisation that is unknown either."""
    end, exempts = covert.expires_at.timestamp(), frozenset(covert.exempts)
    return lambda facts: facts.at < end and (not exempts or (facts.org_id != "" and facts.org_id not in exempts))
