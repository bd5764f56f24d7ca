"""What a request takes from a rule's budget, and whose budget that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Charge
from stillwatch.guard.budgets import budget_key

if TYPE_CHECKING:
    from stillwatch.core.policy import Rule
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.guard.match_rule import Found

_FIELD_OF: Final = {
    "account": "account_id",
    "api_key": "api_key_id",
    "user": "user_id",
    "organisation": "org_id",
    "team": "team_id",
    "end_user": "end_user_id",
    "address": "client_address",
    "prefix": "client_prefix",
    "client": "client",
}
"""What a budget may be counted by, beside the campaign."""
_ELSE: Final = ("account", "api_key", "user", "organisation", "address")
"""What it is counted by where the request does not name that: strangers who name nothing must not share a budget."""


def charge_of(rule: Rule, found: Found, facts: RequestFacts) -> Charge | None:
    """The charge; None where the rule has no budget, or the request names nothing to count it by.

    A campaign's budget is one for all its accounts. Whom only experimental signals tie to it has one apart, so that
    nobody is refused because of them.
    """
    budget = rule.budget
    if budget is None:
        return None
    if budget.per == "campaign":
        per, value = "campaign", found.best.subject if found.best else ""
        if not found.is_stable:
            per = "campaign, experimental"
    else:
        named = ((name, getattr(facts, _FIELD_OF[name])) for name in (budget.per, *_ELSE))
        per, value = next(((name, value) for name, value in named if value), ("", ""))
    if not value:
        return None
    return Charge(
        budget=budget_key(f"{rule.name}\x1f{per}", value),
        interval_s=budget.interval_s,
        burst=budget.burst,
        counts_tokens=budget.counts_tokens,
    )
