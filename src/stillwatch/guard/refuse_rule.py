"""Rules that can be read and must not be: such as could never match, deny without ground, or change answers unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.key_standing import Role
from stillwatch.core.policy import DENYING, Response, Rule
from stillwatch.core.request_facts import KeyName
from stillwatch.guard.match_rule import LEAST_TRACES, WHO

if TYPE_CHECKING:
    from stillwatch.guard.rule_table import RuleTable

_OF_STANDINGS: Final = ("keys", "least_keys", "least_confidence", "sources", "subjects")
_UNSEEN: Final = (Response.TAG, Response.ROUTE)
"""What a customer does not see unless it is told."""
_MAY_BE_COVERT: Final = (Response.TAG, Response.ROUTE, Response.TRIM, Response.WITHHOLD_REASONING)


def refuse_rule(table: RuleTable, rule: Rule) -> None:
    """Refuse what is not founded.

    Raises:
        SettingsError: Names the line and the mend.
    """
    if rule.roles:
        _refuse_standings_that_never_match(table, rule)
    else:
        _refuse_conditions_without_standings(table, rule)
    if rule.respond in DENYING and rule.respond is not Response.THROTTLE:
        _refuse_denials_without_ground(table, rule)
    _refuse_covert_without_leave(table, rule)


def _refuse_standings_that_never_match(table: RuleTable, rule: Rule) -> None:
    if Role.EXEMPT in rule.roles:
        mend = "leave it out: no rule is asked about whoever is exempt"
        raise table.error("a rule cannot speak of exempt keys", "roles", mend)
    different = len({KeyName.ADDRESS if name == KeyName.PREFIX else name for name in rule.names})
    if not 1 <= rule.least_keys <= different:
        what = f"{rule.least_keys} different keys can never agree where {different} may be looked at"
        raise table.error(what, "least_keys", f"set least_keys to 1 … {different}, or name more keys")


def _refuse_conditions_without_standings(table: RuleTable, rule: Rule) -> None:
    for key in _OF_STANDINGS:
        if key in table.table:
            mend = 'add roles = ["operator", …], or leave it out'
            raise table.error(f"{key} says nothing where the rule looks at the request alone", key, mend)
    if rule.budget is not None and rule.budget.per == "campaign":
        raise table.error(
            "a request alone has no campaign", "per", 'add roles = ["operator", …], or set per = "account"'
        )


def _refuse_denials_without_ground(table: RuleTable, rule: Rule) -> None:
    """A denial must rest on something that says who it is, or on several traces at once."""
    if rule.roles:
        if not rule.names & WHO and rule.least_keys < LEAST_TRACES:
            what = f"{rule.name!r} would {rule.respond} on a single trace that honest customers may share"
            raise table.error(what, "keys", f"set least_keys = {LEAST_TRACES} or more, or name account or api_key")
    elif not any((rule.organisations, rule.accounts, rule.wants, rule.paths, rule.models, rule.foreign_reasoning)):
        what = f"{rule.name!r} would {rule.respond} every request"
        raise table.error(what, "respond", "name roles, accounts, organisations, models, paths, wants …")


def _refuse_covert_without_leave(table: RuleTable, rule: Rule) -> None:
    is_visible = table.switch("is_visible", default=rule.respond not in _UNSEEN)
    if rule.respond not in _MAY_BE_COVERT:
        if rule.covert is not None or not is_visible:
            key = "is_visible" if rule.covert is None else "unsafe_covert"
            raise table.error(f"{rule.respond} changes no answer unseen", key, "leave is_visible and unsafe_covert out")
        return
    if not is_visible and rule.covert is None:
        mend = "set is_visible = true, which tells the customer in a header, or add [rule.unsafe_covert]"
        key = "is_visible" if "is_visible" in table.table else "respond"
        raise table.error(f"{rule.name!r} would change answers without the customer seeing it", key, mend)
    if is_visible and rule.covert is not None:
        raise table.error(f"{rule.name!r} is both visible and covert", "unsafe_covert", "set is_visible = false")
