"""What a rule demands of the request itself, made ready once so that each request is asked only what the rule says."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING, Final

from stillwatch.core.policy import Wants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stillwatch.core.policy import Covert, Rule
    from stillwatch.core.request_facts import RequestFacts

    Condition = Callable[[RequestFacts], bool]


_ASKS_FOR: Final[dict[Wants, Condition]] = {
    Wants.LOGPROBS: lambda facts: facts.wants_logprobs,
    Wants.PROMPT_LOGPROBS: lambda facts: facts.wants_prompt_logprobs,
    Wants.BIASED_LOGPROBS: lambda facts: facts.wants_logprobs and facts.biases_tokens,
    Wants.SAMPLER: lambda facts: facts.sets_sampler,
    Wants.REASONING: lambda facts: facts.wants_reasoning,
    Wants.SEVERAL_CHOICES: lambda facts: facts.choices > 1,
}


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
    asked = tuple(_ASKS_FOR[one] for one in wants)
    if len(asked) == 1:
        return asked[0]
    return lambda facts: any(asks(facts) for asks in asked)


def _may_be_covert(covert: Covert) -> Condition:
    """Before its end, and never to an evaluator: where some are named, to no organisation that is unknown either."""
    end, exempts = covert.expires_at.timestamp(), frozenset(covert.exempts)
    return lambda facts: facts.at < end and (not exempts or (facts.org_id != "" and facts.org_id not in exempts))
