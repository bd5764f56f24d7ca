"""Every case of every precursor: what fires gives a sign that holds at the stated rate, a near miss gives none."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.precursor import Outlook, Seen, Sign, held
from stillwatch.detection.shelves import precursors
from stillwatch.detection.world import town

CASES = [(one, case) for one in precursors() for case in one.cases]


@pytest.mark.parametrize(("one", "case"), CASES, ids=[f"{one.name}: {case.name}" for one, case in CASES])
def test_a_precursor_says_what_its_case_says(one, case):
    told = held(one.see(case.make()))
    assert bool(told) == case.fires
    assert all(each.q_value <= 0.001 and each.sign.because and len(each.sign.accounts) for each in told)


@pytest.mark.parametrize("one", precursors(), ids=lambda one: one.name)
def test_a_precursor_has_a_case_of_each_kind_and_names_its_twin(one):
    assert {case.fires for case in one.cases} == {True, False}
    assert one.twin
    assert one.instead.endswith(".")


@pytest.mark.parametrize("one", precursors(), ids=lambda one: one.name)
def test_an_outlook_with_nothing_in_it_gives_no_sign(one):
    assert one.see(Outlook(scene=town().scene())) == Seen((), 0)


def _sign(accounts, p_value):
    return Sign(accounts=np.array(accounts), p_value=p_value, because="", exchanges=1, prompts=1, first_at=0, last_at=0)


def test_a_sign_must_hold_among_all_that_was_looked_at():
    signs = (_sign([1, 2], 1e-5), _sign([3, 4], 1e-4))
    assert [one.sign.p_value for one in held(Seen(signs, 2))] == [1e-5, 1e-4]
    assert [one.sign.p_value for one in held(Seen(signs, 100))] == [1e-5]
    assert held(Seen(signs, 1000)) == ()


def test_signs_of_the_same_accounts_are_one():
    told = held(Seen((_sign([1, 2, 3, 4], 1e-6), _sign([3, 4], 1e-9)), 2))
    assert [one.sign.accounts.tolist() for one in told] == [[1, 2, 3, 4]]
