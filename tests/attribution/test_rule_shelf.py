from __future__ import annotations

import pytest

from stillwatch.attribution.rule_shelf import rule_named, rules
from stillwatch.core.errors import InputError


def test_every_rule_of_the_contract_is_on_the_shelf():
    assert [rule.name for rule in rules()] == ["argmax", "argmax_log", "mode", "mode_log", "pairs", "pairs2"]
    assert rule_named("mode").name == "mode"


def test_an_unknown_rule_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="argmax, argmax_log, mode"):
        rule_named("best")
