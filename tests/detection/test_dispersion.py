from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.dispersion import AGE, OWN, WHOLE, Rows, dispersion


def of_table(table, view=WHOLE):
    """Dispersion of a table accounts × bins, its moments in the middle of bins of width 10."""
    table = np.asarray(table)
    at = np.concatenate([np.repeat(np.arange(table.shape[1]) * 10 + 5, row) for row in table])
    counts = table.sum(axis=1)
    return dispersion(at, Rows(np.cumsum(counts) - counts, counts, np.ones(len(counts))), view, 10, 1)


def test_it_is_pearsons_chi_square():
    table = np.array([[3, 1, 4], [1, 5, 9], [2, 6, 5], [3, 5, 8]])
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    assert of_table(table) == pytest.approx(((table - expected) ** 2 / expected).sum() / 6)


def test_rows_that_are_shares_of_one_profile_do_not_vary():
    assert of_table([[1, 2, 3], [2, 4, 6], [3, 6, 9]]) == pytest.approx(1e-3)


def test_what_lies_outside_of_an_accounts_own_span_is_no_quiet_time():
    staggered = [[4, 4, 4, 0, 0, 0], [0, 4, 4, 4, 0, 0], [0, 0, 4, 4, 4, 0], [0, 0, 0, 4, 4, 4]]
    assert of_table(staggered) > 2
    assert of_table(staggered, OWN) == pytest.approx(1e-3, abs=0.05)


def test_age_counts_from_the_first_moment_of_each():
    trials = [np.roll([2, 16, 1, 0, 0, 0, 0, 0], day) for day in range(6)]
    assert of_table(trials, OWN) > 1.5
    assert of_table(trials, AGE) == pytest.approx(1e-3)


def test_thinning_keeps_a_share():
    """Dispersion grows with volume: of two accounts that never meet, thinned to a tenth, a tenth is left."""
    at = np.r_[np.zeros(1000, np.int64), np.full(1000, 10)]
    whole, tenth = (
        dispersion(at, Rows(np.array([0, 1000]), np.array([1000, 1000]), np.full(2, share)), WHOLE, 10, 1)
        for share in (1.0, 0.1)
    )
    assert whole == pytest.approx(2000)
    assert tenth == pytest.approx(200, rel=0.2)


def test_nothing_to_compare_is_one():
    assert of_table([[5], [3]]) == 1.0
    at = np.arange(20)
    assert dispersion(at, Rows(np.array([0, 10]), np.array([10, 10]), np.zeros(2)), WHOLE, 5, 1) == 1.0
