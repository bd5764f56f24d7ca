"""The forest finds the pairs that a comparison of all with all finds among accounts of one list."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection import near_profiles
from stillwatch.detection.near_profiles import near_pairs


def strangers(accounts, of_one_list):
    random = np.random.default_rng(4)
    subject = np.clip(random.normal(0.5, 0.15, (accounts, 128)), 0.02, 0.98)
    subject[:of_one_list] = subject[0]
    counts = random.integers(20, 100, accounts)
    return random.binomial(counts[:, None], subject) / counts[:, None], counts


def inside(pairs, members):
    left, right = pairs
    return int(((left < members) & (right < members)).sum())


def test_pairs_of_one_list_are_near_and_strangers_are_not():
    left, right = near_pairs(*strangers(200, 30), 1)
    assert (left < right).all()
    assert inside((left, right), 30) == len(left)
    assert len(left) > 60


@pytest.mark.parametrize("members", [12, 60, 400])
def test_a_forest_finds_nearly_all_of_them(monkeypatch, members):
    profile, counts = strangers(3000, members)
    exact = inside(near_pairs(profile, counts, 1), members)
    monkeypatch.setattr(near_profiles, "_MOST_COMPARED", 100)
    found = near_pairs(profile, counts, 1)
    assert inside(found, members) >= 0.8 * exact
    assert inside(found, members) >= 0.95 * len(found[0])


def test_one_seed_gives_one_answer(monkeypatch):
    monkeypatch.setattr(near_profiles, "_MOST_COMPARED", 100)
    profile, counts = strangers(800, 40)
    first, second = (near_pairs(profile, counts, 3) for _ in range(2))
    assert [column.tolist() for column in first] == [column.tolist() for column in second]
