from __future__ import annotations

import numpy as np

from stillwatch.attribution.paired import REDRAWN, paired_test, weigher


def test_a_suspect_that_prefers_what_was_served_is_seen_by_both_tests():
    rng = np.random.default_rng(1)
    coins = rng.random(400) < 0.5
    differences = np.where(coins, 0.4, -0.4) + rng.standard_normal(400)
    found = paired_test(differences, coins, seed=3)
    assert found.signs.log10_p < -6
    assert found.log10_p_weighed == np.log10(1 / (1 + REDRAWN))


def test_a_suspect_that_never_met_the_coins_is_seen_at_the_stated_rate():
    rng = np.random.default_rng(4)
    differences = rng.standard_cauchy(60) + 0.5
    found = [paired_test(differences, rng.random(60) < 0.5, seed=seed) for seed in range(40)]
    assert sum(one.log10_p_weighed <= np.log10(0.05) for one in found) <= 6
    assert sum(one.signs.log10_p <= np.log10(0.05) for one in found) <= 6


def test_a_sum_in_another_order_is_a_tie():
    coins = np.array([True, False] * 10)
    assert paired_test(np.where(coins, 0.1, -0.1), coins, seed=1).log10_p_weighed > -4.1
    assert paired_test(np.zeros(8), np.ones(8, np.bool_), seed=1).log10_p_weighed == 0.0


def test_coins_are_redrawn_once_for_one_key_after_another():
    rng = np.random.default_rng(5)
    differences = rng.standard_normal(30)
    weighed = weigher(differences, seed=7)
    for coins in (rng.random(30) < 0.5, np.zeros(30, np.bool_), differences > 0):
        assert weighed(coins) == paired_test(differences, coins, seed=7).log10_p_weighed
