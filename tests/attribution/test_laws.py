"""Scores and the laws they follow."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.laws import (
    bit_scores,
    bits_law,
    dual_exponential_law,
    exponential_law,
    exponential_scores,
    layer_scores,
    one_list_law,
)
from stillwatch.attribution.nulls import log10_binomial_tail, log10_gamma_tail


def test_scores_are_what_their_laws_speak_of() -> None:
    assert exponential_scores(np.array([0.5, 1.0 - np.exp(-3.0)])).tolist() == pytest.approx([np.log(2.0), 3.0])
    assert bit_scores(np.array([True, False])).tolist() == [1.0, 0.0]
    assert layer_scores(np.array([[True, False, True], [False, False, False]])).tolist() == [2.0, 0.0]


def test_layers_are_trials_of_their_own() -> None:
    assert bits_law(0.5, layers=30).log10_p(100, 1_600.0) == log10_binomial_tail(1_600, 3_000, 0.5)
    assert exponential_law().log10_p(100, 150.0) == log10_gamma_tail(100, 150.0)


@pytest.mark.parametrize(
    ("law", "draw"),
    [
        pytest.param(exponential_law(), lambda rng: rng.exponential(size=400_000), id="exponential"),
        pytest.param(
            dual_exponential_law(0.1),
            lambda rng: rng.exponential(size=(400_000, 2)) @ [0.9, 0.1],
            id="two exponentials",
        ),
        pytest.param(bits_law(0.25), lambda rng: rng.random(400_000) < 0.25, id="bit"),
        pytest.param(bits_law(0.4, layers=8), lambda rng: rng.binomial(8, 0.4, 400_000), id="layers"),
    ],
)
def test_the_moments_of_a_law_are_those_of_its_draws(law, draw) -> None:
    drawn = np.asarray(draw(np.random.default_rng(2)), np.float64)
    for t in (-1.0, 0.0, 0.3):
        assert float(law.log_mgf(np.array([t]))[0]) == pytest.approx(np.log(np.mean(np.exp(t * drawn))), abs=0.01)


def test_a_moment_that_does_not_exist_is_infinite() -> None:
    assert exponential_law().log_mgf(np.array([0.5, 1.0, 2.0])).tolist() == [pytest.approx(np.log(2.0)), np.inf, np.inf]
    assert dual_exponential_law(0.1).log_mgf(np.array([1.0 / 0.9]))[0] == np.inf
    assert one_list_law(green=5, vocabulary=10).log_mgf(np.array([0.0, 0.1])).tolist() == [0.0, np.inf]
