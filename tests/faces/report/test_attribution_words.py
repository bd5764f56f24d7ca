"""Every rule that a plan can name has its words."""

from __future__ import annotations

from stillwatch.attribution.coins import COIN_RULES
from stillwatch.attribution.planned_test import EPROCESS
from stillwatch.attribution.rule_shelf import rules
from stillwatch.faces.report.attribution_words import RULES, rule_words


def test_every_rule_is_explained() -> None:
    assert set(RULES) == {*(rule.name for rule in rules()), EPROCESS, *COIN_RULES}


def test_a_rule_of_a_later_version_keeps_its_name() -> None:
    assert rule_words("mode").startswith("The commonest")
    assert rule_words("later") == "later"
