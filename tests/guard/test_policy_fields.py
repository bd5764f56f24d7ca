"""Every field that is listed is read, and every response has its line."""

from __future__ import annotations

from dataclasses import fields

from stillwatch.core.policy import Covert, Response, Rule
from stillwatch.guard.policy_fields import COVERT, KEYS, OF_RESPONSE, RULE, TOP

_OTHERWISE = {"names": "keys", "covert": "unsafe_covert"}
_MADE = {"obligations", "budget", "challenge_url"}
"""Made of the fields that only one response has."""


def test_fields_of_a_rule_are_those_of_its_value() -> None:
    listed = {one.name for one in RULE}
    assert {_OTHERWISE.get(one.name, one.name) for one in fields(Rule)} - _MADE == listed - {"is_visible"}


def test_leave_to_be_covert_is_listed_whole() -> None:
    assert len(COVERT) == len(fields(Covert))


def test_names_are_unique_and_have_a_meaning() -> None:
    for table in (TOP, RULE, COVERT, *OF_RESPONSE.values()):
        assert len({one.name for one in table}) == len(table)
        assert all(one.meaning and one.kind for one in table)
    assert set(OF_RESPONSE) <= set(Response)
    assert list(KEYS)[-1] == "template"
