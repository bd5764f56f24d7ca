"""Tails beside their exact values, in high precision where double precision ends, and bounds beside what they bound."""

from __future__ import annotations

from fractions import Fraction
from math import comb, log, log10

import numpy as np
import pytest
from scipy import special

from stillwatch.attribution.nulls import (
    log10_binomial_tail,
    log10_dual_gamma_tail,
    log10_gamma_tail,
    log10_hypergeometric_tail,
)


def exact_gamma_tail(n: int, total: int) -> float:
    """Q(n, S) = e^-S Σ_{k<n} S^k/k!, with whole numbers of any size."""
    term, series = Fraction(1), Fraction(0)
    for k in range(n):
        series += term
        term = term * total / (k + 1)
    return (log(series.numerator) - log(series.denominator) - total) / log(10)


def exact_binomial_tail(hits: int, trials: int, chance: Fraction) -> float:
    tail = sum(comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(hits, trials + 1))
    return (log(tail.numerator) - log(tail.denominator)) / log(10)


@pytest.mark.parametrize(("n", "total"), [(1, 3), (100, 150), (100, 60), (400, 900)])
def test_the_gamma_tail_is_exact_within_double_range(n: int, total: int) -> None:
    assert log10_gamma_tail(n, float(total)) == pytest.approx(exact_gamma_tail(n, total), rel=1e-9)


@pytest.mark.parametrize(("n", "total"), [(1, 900), (200, 1_800), (500, 2_500)])
def test_beyond_double_range_the_gamma_tail_is_bounded_closely(n: int, total: int) -> None:
    exact = exact_gamma_tail(n, total)
    assert exact < -290
    assert exact - 1e-9 <= log10_gamma_tail(n, float(total)) <= exact + 0.01


@pytest.mark.parametrize(("hits", "trials"), [(30, 100), (25, 100), (400, 1_000), (90, 100)])
def test_the_binomial_tail_is_exact(hits: int, trials: int) -> None:
    assert log10_binomial_tail(hits, trials, 0.25) == pytest.approx(
        exact_binomial_tail(hits, trials, Fraction(1, 4)), rel=1e-9
    )


def test_beyond_double_range_the_binomial_tail_is_summed() -> None:
    exact = exact_binomial_tail(900, 1_000, Fraction(1, 4))
    assert exact < -290
    assert log10_binomial_tail(900, 1_000, 0.25) == pytest.approx(exact, rel=1e-9)


def test_a_tail_of_more_hits_than_trials_is_nothing_and_of_none_is_everything() -> None:
    assert log10_binomial_tail(11, 10, 0.5) == float("-inf")
    assert log10_binomial_tail(0, 10, 0.5) == log10_binomial_tail(0, 0, 0.5) == log10_gamma_tail(0, 0.0) == 0.0


def test_a_tail_is_continuous_where_its_computation_changes() -> None:
    totals = np.linspace(1_790.0, 1_830.0, 400)  # around 1e-290 for n = 500
    tails = np.array([log10_gamma_tail(500, total) for total in totals])
    assert tails[0] > -290 > tails[-1]
    assert np.all(np.diff(tails) < 0)
    assert np.max(np.abs(np.diff(tails, 2))) < 0.01


def test_all_draws_of_one_list_are_hypergeometric() -> None:
    assert log10_hypergeometric_tail(3, 4, green=5, total=10) == pytest.approx(
        log10((comb(5, 3) * comb(5, 1) + comb(5, 4)) / comb(10, 4))
    )
    assert log10_hypergeometric_tail(5, 10, green=5, total=10) == 0.0  # who draws all has all the green ones
    assert log10_hypergeometric_tail(6, 10, green=5, total=10) == float("-inf")


def direct_dual_tail(n: int, total: float, share_b: float) -> float:
    """P((1-α)X > S) + ∫ f_X(x) Q(n, (S - (1-α)x)/α) dx by Simpson's rule over 200,000 steps."""
    x = np.linspace(0.0, total / (1.0 - share_b), 200_001)
    density = np.exp((n - 1) * np.log(np.maximum(x, 1e-300)) - x - special.gammaln(n))
    inner = density * special.gammaincc(n, np.maximum(0.0, total - (1.0 - share_b) * x) / share_b)
    weights = np.ones(len(x))
    weights[1:-1:2], weights[2:-1:2] = 4.0, 2.0
    integral = float(inner @ weights) * (x[1] - x[0]) / 3.0
    return log10(float(special.gammaincc(n, total / (1.0 - share_b))) + integral)


@pytest.mark.parametrize(
    ("n", "total", "share_b"),
    [(3, 9.0, 0.1), (50, 70.0, 0.1), (200, 260.0, 0.1), (200, 320.0, 0.9), (50, 30.0, 0.3), (40, 120.0, 0.4)],
)
def test_the_dual_tail_is_that_of_its_integral(n: int, total: float, share_b: float) -> None:
    assert log10_dual_gamma_tail(n, total, share_b) == pytest.approx(direct_dual_tail(n, total, share_b), rel=1e-6)


def test_the_dual_tail_meets_its_special_cases() -> None:
    assert log10_dual_gamma_tail(200, 260.0, 0.5) == log10_gamma_tail(400, 520.0)
    assert log10_dual_gamma_tail(200, 260.0, 0.0) == log10_gamma_tail(200, 260.0)
    near = log10_dual_gamma_tail(200, 260.0, 0.4999)
    assert near == pytest.approx(log10_gamma_tail(400, 520.0), rel=1e-4)


def test_a_matched_gamma_would_claim_ten_times_too_much() -> None:
    """Why the engine's own figure is not used: at 200 tokens and 1e-31 its p-value is a tenth of the true one."""
    variance = 0.9**2 + 0.1**2
    total = 390.0
    matched = log10(float(special.gammaincc(200 / variance, total / variance)))
    assert -33 < matched < -30
    assert log10_dual_gamma_tail(200, total, 0.1) - matched > 0.7


def test_beyond_double_range_the_dual_tail_stays_a_number() -> None:
    far = [log10_dual_gamma_tail(20_000, total, 0.1) for total in (26_000.0, 27_000.0, 28_000.0)]
    assert -3_000 < far[2] < far[1] < far[0] < -290
