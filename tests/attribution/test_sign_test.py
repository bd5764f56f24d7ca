from __future__ import annotations

import numpy as np

from stillwatch.attribution.sign_test import sign_test


def test_ties_are_dropped_and_matches_counted():
    found = sign_test(np.array([3, -1, 0, -2]), np.array([True, True, True, False]))
    assert (found.trials, found.matches) == (3, 2)


def test_fifty_two_of_fifty_nine_are_one_in_a_billion():
    found = sign_test(np.array([1] * 52 + [-1] * 7), np.ones(59, np.bool_))
    assert round(found.log10_p, 2) == -9.17


def test_choices_that_hang_together_leave_the_test_exact():
    """One leaning for all choices, and coins drawn anew: the extreme of dependence among what a suspect does."""
    rng = np.random.default_rng(2)
    leanings = np.ones(60, np.int64)
    low = [sign_test(leanings, rng.random(60) < 0.5).log10_p <= np.log10(0.05) for _ in range(4_000)]
    assert 0.02 <= np.mean(low) <= 0.05


def test_nothing_seen_says_nothing():
    assert sign_test(np.zeros(5, np.int64), np.ones(5, np.bool_)).log10_p == 0.0
