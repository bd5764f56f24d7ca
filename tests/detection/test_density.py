from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.density import density


def test_the_densest_window_is_counted_with_one_added():
    found = density(np.array([9.0, 1.0, 1.2, 1.4, 5.0]), (0.5, 0.1))
    assert found.values.tolist() == [1.0, 1.2, 1.4, 5.0, 9.0]
    assert found.chances == {0.5: pytest.approx(4 / 6), 0.1: pytest.approx(2 / 6)}


def test_equal_values_lie_in_one_window():
    assert density(np.full(7, 3.0), (0.0,)).chances[0.0] == 1.0


def test_no_values_exclude_nothing():
    assert density(np.zeros(0), (1.0,)).chances[1.0] == 1.0


def test_the_chance_bounds_that_of_any_fixed_window():
    values = np.random.default_rng(1).normal(size=400)
    chance = density(values, (0.5,)).chances[0.5]
    shares = [np.mean((values >= start) & (values <= start + 0.5)) for start in np.linspace(-3, 3, 200)]
    assert chance >= max(shares)
