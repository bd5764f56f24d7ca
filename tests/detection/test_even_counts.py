from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.even_counts import even_counts


def counts_of(rates, least, seed=1):
    drawn = np.random.default_rng(seed).poisson(rates)
    return drawn[drawn >= least]


def rates(count, mean, spread, seed=1):
    return mean * np.exp(np.random.default_rng(seed).normal(-(spread**2) / 2, spread, count))


USUAL = counts_of(rates(3000, 4.0, 1.0), 1)


@pytest.mark.parametrize("least", [1, 2])
def test_work_dealt_out_to_many_is_even(least):
    assert even_counts(counts_of(np.full(1000, 3.0), least), USUAL, least=least, seed=1) < 1e-3


@pytest.mark.parametrize("spread", [0.6, 1.0])
@pytest.mark.parametrize("mean", [2.0, 5.0])
def test_users_of_one_tool_are_not(mean, spread):
    drawn = [counts_of(rates(150, mean, spread, seed), 2, seed) for seed in range(60)]
    p_values = np.array([even_counts(one, USUAL, least=2, seed=1) for one in drawn])
    assert (p_values <= 0.05).sum() <= 8  # exceeded once in a hundred calibrated tests


def test_a_log_in_which_everybody_sends_alike_excuses_a_group():
    alike = counts_of(np.full(3000, 3.0), 2, seed=9)
    assert even_counts(counts_of(np.full(1000, 3.0), 2), alike, least=2, seed=1) > 0.01


def test_leaving_accounts_out_for_their_counts_gains_nothing():
    people = np.sort(counts_of(rates(400, 4.0, 0.6), 2))
    chosen, left = people[:-40], 40
    assert even_counts(chosen, USUAL, least=2, seed=1) < 0.01
    assert even_counts(chosen, USUAL, least=2, left_out=left, seed=1) > 0.05


@pytest.mark.parametrize("counts", [[1, 1, 1, 1], [900, 901, 902, 903]])
def test_counts_at_the_edge_of_what_others_send_say_nothing(counts):
    assert even_counts(np.array(counts), USUAL, least=1, seed=1) == 1.0
