"""Rules of ownership as people write them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.ownership import Counted
from stillwatch.screening.ownership_rules import read_rules, rules_in_force

_RULE = """[[rule]]
id = "a"
name = "Example Rule"
threshold = 0.5
minority = 0.25
lists = ["EL"]
effective_from = 2025-09-29
effective_to = 2025-11-10
source = "https://example.org"
reviewer = ""
"""
_AGAIN = _RULE.replace("effective_from = 2025-09-29\neffective_to = 2025-11-10", "effective_from = 2026-11-10")


def test_a_suspended_rule_holds_in_two_spans() -> None:
    rules = read_rules(_RULE + _AGAIN, "rules.toml")
    days = [date(2025, 9, 28), date(2025, 9, 29), date(2025, 11, 9), date(2025, 11, 10), date(2026, 11, 10)]
    assert [len(rules_in_force(rules, day)) for day in days] == [0, 1, 1, 0, 1]
    assert (rules[0].counted, rules[0].minority, rules[0].lists) == (Counted.CASCADE, 0.25, ("EL",))


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("threshold = 0.5", "threshold = 50", "threshold is a share above 0"),
        ("threshold = 0.5", "treshold = 0.5", "did you mean 'threshold'"),
        ("threshold = 0.5\n", "", "the rule lacks threshold"),
        ("2025-11-10", '"2025-11-10"', "effective_to is a day"),
        ("2025-11-10", "2025-09-29", "ends before it begins"),
        ('["EL"]', '"EL"', "lists is a list"),
        ("[[rule]]", '[[rule]]\ncounted = "both"', "cascade or product"),
        ('"a"', '""', "id is a text"),
        ("[[rule]]", "[rule]", "there is no rule"),
        ("[[rule]]", "x = 1\n[[rule]]", "unknown field 'x'"),
    ],
)
def test_a_mistake_is_named_with_its_mend(before: str, after: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        read_rules(_RULE.replace(before, after), "rules.toml")


def test_what_is_no_toml_or_stands_twice_is_refused() -> None:
    with pytest.raises(InputError, match="no TOML"):
        read_rules("[[rule", "rules.toml")
    with pytest.raises(SettingsError, match="stands twice for 2025-10-01"):
        read_rules(_RULE + _RULE.replace("2025-09-29", "2025-10-01"), "rules.toml")


def test_the_example_can_be_read_and_no_span_of_it_is_confirmed_by_us() -> None:
    text = Path("examples/screening/ownership-rules.toml").read_text("utf-8")
    rules = read_rules(text, "ownership-rules.toml")
    assert {rule.reviewer for rule in rules} == {""}
    assert [rule.id for rule in rules_in_force(rules, date(2026, 6, 1))] == ["ofac-50"]
