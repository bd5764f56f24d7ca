from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.holm import benjamini_hochberg, holm
from stillwatch.core.errors import InputError


def test_a_million_candidates_need_a_raw_p_below_1e_8_for_one_in_a_hundred():
    assert holm([-8.0, -7.9], tried=10**6).round(3).tolist() == [-2.0, -1.9]


def test_an_adjusted_value_is_never_below_one_before_it():
    adjusted = holm([-3.0, -3.0, -2.9, -0.1], tried=4)
    assert adjusted.tolist() == sorted(adjusted.tolist())
    assert adjusted.max() <= 0


def test_what_is_too_small_for_a_double_stays_what_it_is():
    assert holm([-5000.0], tried=1).tolist() == [-5000.0]


def test_the_family_wise_error_holds():
    rng = np.random.default_rng(5)
    false = [holm(np.log10(rng.random(20)), tried=20).min() <= np.log10(0.05) for _ in range(2_000)]
    assert 0.04 <= np.mean(false) <= 0.06


def test_triage_is_bolder_than_a_claim():
    values = [-3.0, -2.5, -2.0, -0.2]
    assert (benjamini_hochberg(values, tried=10) <= holm(values, tried=10)).all()
    assert benjamini_hochberg([-2.0, -2.0], tried=2).tolist() == [-2.0, -2.0]


def test_a_test_that_was_made_is_counted():
    with pytest.raises(InputError, match="2 p-values of 1 tests"):
        holm([-1.0, -2.0], tried=1)
    for wrong in (float("nan"), 0.5):
        with pytest.raises(InputError, match="above 1, or none"):
            holm([wrong], tried=1)


def test_nothing_tested_is_nothing_adjusted():
    assert holm([], tried=0).tolist() == []
