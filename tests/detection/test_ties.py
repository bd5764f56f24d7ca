from __future__ import annotations

import numpy as np

from stillwatch.detection.ties import components, stars


def as_lists(groups):
    return [group.tolist() for group in groups]


def test_components_are_ascending_and_large_enough():
    left, right = np.array([1, 2, 7, 5]), np.array([2, 9, 8, 5])
    assert as_lists(components(left, right, 10, 2)) == [[1, 2, 9], [7, 8]]
    assert as_lists(components(left, right, 10, 3)) == [[1, 2, 9]]


def test_no_ties_give_no_components():
    assert components(np.zeros(0, np.int64), np.zeros(0, np.int64), 10, 2) == []


def test_stars_hold_accounts_of_one_value():
    account, key = np.array([4, 1, 2, 3, 5, 1]), np.array([9, 9, 8, 0, 0, 9])
    assert as_lists(stars(account, key, least=2, most=5)) == [[1, 4]]


def test_a_value_of_everybody_ties_nobody():
    account = np.arange(50)
    assert stars(account, np.full(50, 3), least=2, most=49) == []
    assert stars(account, np.zeros(50, np.int64), least=1, most=50) == []
