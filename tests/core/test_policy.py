"""Each response denies, or changes something, or looks on."""

from __future__ import annotations

from stillwatch.core.decision import DENIALS
from stillwatch.core.policy import DENYING, Response


def test_what_denies_is_named_alike_in_a_decision() -> None:
    assert {one.value for one in DENYING} == {one.value for one in DENIALS}
    assert list(Response)[-3:] == [Response.THROTTLE, Response.CHALLENGE, Response.BLOCK]
