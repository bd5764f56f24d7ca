"""The rules there are, found by themselves."""

from __future__ import annotations

from functools import cache

from stillwatch.attribution.rule import Rule
from stillwatch.core.errors import InputError
from stillwatch.core.shelf import walk_shelf


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule; a constant of the installed package."""
    return walk_shelf("stillwatch.attribution.rules", "RULE", Rule)


def rule_named(name: str) -> Rule:
    """The rule that a plan names.

    Raises:
        InputError: There is none of that name.
    """
    found = {rule.name: rule for rule in rules()}
    if name not in found:
        raise InputError(f"no rule {name!r}", mend=f"name one of {', '.join(found)}")
    return found[name]
