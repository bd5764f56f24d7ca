from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.rhythm import BROAD_WIDTHS, WIDTHS, even_load, least_even_load, rate_density


def rates(count, spread, seed=1, middle=3.0):
    return np.exp(np.random.default_rng(seed).normal(middle, spread, count))


def load_of(mine, population):
    """Even load of rates against those of a population; so many exchanges each that counting adds no noise."""
    return even_load(mine, rate_density(population), count=1e6)


def test_equal_rates_are_even():
    load = load_of(rates(20, 0.05), rates(300, 1.0))
    assert load.p_value < 1e-6
    assert load.inside.sum() >= 18


def test_the_common_rate_leaves_the_others_out():
    mixed = np.concatenate([rates(15, 0.03), rates(10, 0.8, middle=5.0)])
    load = load_of(mixed, rates(300, 1.0))
    assert load.inside[:15].sum() >= 12
    assert load.inside[15:].sum() <= 1


@pytest.mark.parametrize("spread", [0.05, 0.3, 1.0])
def test_a_group_as_even_as_the_town_is_not_even(spread):
    assert load_of(rates(20, spread, seed=2), rates(300, spread)).p_value > 0.01


def test_a_town_that_is_even_by_itself_excuses_an_even_group():
    crowd = np.concatenate([rates(150, 1.0), rates(150, 0.02)])  # half of the town runs one nightly job
    assert load_of(rates(12, 0.05), crowd).p_value > 1e-3
    assert load_of(rates(12, 0.05), rates(300, 1.0)).p_value < 1e-5


@pytest.mark.parametrize("widths", [BROAD_WIDTHS, WIDTHS])
@pytest.mark.parametrize("count", [3.0, 40.0, 1000.0])
@pytest.mark.parametrize("chosen_from", [0, 300])
def test_the_bound_of_even_load_is_never_above_it(widths, count, chosen_from):
    for seed, spread in enumerate((0.02, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0)):
        for size in (4, 9, 40, 250):
            mine = rates(size, spread, seed=seed)
            least = least_even_load(mine, count=count, chosen_from=chosen_from, widths=widths)
            for population in (0.3, 1.0, 3.0):
                usual = rate_density(rates(400, population, seed=99))
                load = even_load(mine, usual, count=count, chosen_from=chosen_from, widths=widths)
                assert least <= load.p_value * (1 + 1e-9)
