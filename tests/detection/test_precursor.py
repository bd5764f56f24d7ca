"""Every case of every precursor: what fires gives a sign with p ≤ 0.001, a near miss gives none."""

from __future__ import annotations

import pytest

from stillwatch.detection.precursor import Outlook
from stillwatch.detection.shelves import precursors
from stillwatch.detection.world import town

CASES = [(one, case) for one in precursors() for case in one.cases]


@pytest.mark.parametrize(("one", "case"), CASES, ids=[f"{one.name}: {case.name}" for one, case in CASES])
def test_a_precursor_says_what_its_case_says(one, case):
    signs = one.see(case.make())
    assert bool(signs) == case.fires
    assert all(sign.p_value <= 0.001 and sign.because and len(sign.accounts) for sign in signs)


@pytest.mark.parametrize("one", precursors(), ids=lambda one: one.name)
def test_a_precursor_has_a_case_of_each_kind_and_names_its_twin(one):
    assert {case.fires for case in one.cases} == {True, False}
    assert one.twin
    assert one.instead.endswith(".")


@pytest.mark.parametrize("one", precursors(), ids=lambda one: one.name)
def test_an_outlook_with_nothing_in_it_gives_no_sign(one):
    assert one.see(Outlook(scene=town().scene())) == []
