from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from stillwatch.detection.statistics import (
    SMALLEST_P,
    at_least,
    bounded,
    drawn_at_least,
    lower_tail,
    partial_conjunction,
    poisson_at_least,
    q_values,
)

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30).map(np.array)


@pytest.mark.parametrize(("p_value", "kept"), [(0.0, SMALLEST_P), (1e-300, SMALLEST_P), (0.3, 0.3), (7.0, 1.0)])
def test_a_p_value_stays_within_what_its_model_can_claim(p_value, kept):
    assert bounded(p_value) == kept


@pytest.mark.parametrize(
    ("successes", "trials", "chance", "expected"),
    [
        (0, 5, 0.1, 1.0),
        (1, 1, 0.25, 0.25),
        (2, 2, 0.5, 0.25),
        (1, 2, 0.5, 0.75),
        (3, 3, 0.0, SMALLEST_P),
        (3, 3, 2.0, 1.0),
    ],
)
def test_tails_of_the_binomial(successes, trials, chance, expected):
    assert at_least(successes, trials, chance) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("count", "expected", "p_value"), [(0, 1.0, 1.0), (1, 1.0, 1 - np.exp(-1)), (5, 0.0, SMALLEST_P)]
)
def test_tails_of_the_poisson(count, expected, p_value):
    assert poisson_at_least(count, expected) == pytest.approx(p_value)


def test_a_lower_tail_needs_draws_that_differ():
    assert lower_tail(-100.0, np.zeros(3)) == 1.0
    assert lower_tail(-100.0, np.zeros(50)) == 1.0


def test_a_lower_tail_is_uniform_under_its_null():
    random = np.random.default_rng(5)
    values = np.array([lower_tail(random.standard_normal(), random.standard_normal(20)) for _ in range(3000)])
    assert np.mean(values <= 0.05) == pytest.approx(0.05, abs=0.015)
    assert np.mean(values <= 0.5) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    ("p_values", "expected"),
    [([], 1.0), ([1e-9], 1.0), ([1e-9, 0.02], 0.02), ([0.02, 1e-9, 0.3], 0.04), ([0.9, 0.9, 0.9], 1.0)],
)
def test_two_of_several_hold(p_values, expected):
    assert partial_conjunction(np.array(p_values)) == pytest.approx(expected)


def test_q_values_of_the_textbook():
    found = q_values(np.array([0.01, 0.02, 0.03, 0.04, 0.5]))
    assert found == pytest.approx([0.05, 0.05, 0.05, 0.05, 0.5])


def test_q_values_count_the_tests_that_said_nothing():
    assert q_values(np.array([0.001]), tests=100) == pytest.approx([0.1])


@given(P_VALUES)
def test_q_values_keep_the_order_and_are_no_smaller(p_values):
    found = q_values(p_values)
    assert (found >= p_values - 1e-12).all()
    assert (np.diff(found[np.argsort(p_values, kind="stable")]) >= -1e-12).all()


def test_q_values_bound_the_false_discoveries():
    random, false_shares = np.random.default_rng(3), []
    for _ in range(300):
        p_values = np.concatenate([random.random(90), random.random(10) * 1e-4])
        chosen = np.flatnonzero(q_values(p_values) <= 0.1)
        false_shares.append(np.mean(chosen < 90) if len(chosen) else 0.0)
    assert np.mean(false_shares) <= 0.1


@pytest.mark.parametrize(
    ("successes", "total", "marked", "drawn"), [(3, 50, 10, 12), (0, 20, 5, 5), (9, 40, 10, 9), (6, 9, 5, 5)]
)
def test_the_tail_of_a_draw_is_that_of_scipy(successes, total, marked, drawn):
    wanted = max(SMALLEST_P, stats.hypergeom.sf(successes - 1, total, marked, drawn))
    assert drawn_at_least(successes, total, marked, drawn) == pytest.approx(wanted, rel=1e-9)
