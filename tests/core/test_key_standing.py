"""Roles of keys are the standings of members, and four more."""

from __future__ import annotations

from stillwatch.core.campaign import Standing
from stillwatch.core.key_standing import Role


def test_a_members_standing_is_a_role() -> None:
    assert {one.value for one in Role} == {one.value for one in Standing} | {"review", "trace", "exempt", "licensed"}
