"""Suspects in the order to look at them, with q-values over all that were tested."""

from __future__ import annotations

import pytest

from stillwatch.attribution.holm import benjamini_hochberg
from stillwatch.attribution.triage import Outcome, triage
from stillwatch.core.errors import InputError


def outcome(suspect: str, log10_p: float) -> Outcome:
    return Outcome(suspect, "inconclusive", "global/2026-11-16", "mode", log10_p)


def test_the_lowest_comes_first_whatever_order_they_were_given_in() -> None:
    given = [outcome("c", -0.1), outcome("a", -30.0), outcome("b", -3.0), outcome("d", -0.1)]
    found = triage(given, tried=20)
    assert [one.tested.suspect for one in found] == ["a", "b", "c", "d"]
    values = benjamini_hochberg([-30.0, -3.0, -0.1, -0.1], tried=20).tolist()
    assert [one.log10_q for one in found] == values


def test_all_that_were_tested_count() -> None:
    assert triage([outcome("a", -4.0)], tried=100)[0].log10_q == pytest.approx(-2.0)
    with pytest.raises(InputError, match="2 p-values of 1 tests"):
        triage([outcome("a", -1.0), outcome("b", -1.0)], tried=1)
