"""All less the members is what the others are."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.tallies import tally
from stillwatch.detection.world import town


def test_values_are_counted_without_those_that_are_none():
    found = tally(np.array([5, 0, 7, 5, 0, 5]))
    assert (found.values.tolist(), found.accounts.tolist(), found.known) == ([5, 7], [3, 1], 4)
    assert found.of(np.array([7, 6, 5, 9, 1])).tolist() == [1, 0, 3, 0, 0]
    assert found.pair_share == pytest.approx(3 * 2 / (4 * 3))


def test_nothing_known_is_nothing_shared():
    found = tally(np.zeros(4, np.int64))
    assert (found.known, found.pair_share, found.of(np.array([3])).tolist()) == (0, 0.0, [0])


def test_the_parts_of_a_scene_are_counted():
    scene = town().fleet(20).sharing("client_key").with_release(day=6, usual_days=8, own_days=0.5).scene()
    mode = scene.modes["client"]
    value = np.bincount(np.unique(mode, return_inverse=True)[1]).argmax()
    key = np.unique(mode)[value]
    assert scene.tallies.modes["client"].of(np.array([key])).tolist() == [(mode == key).sum()]
    assert scene.tallies.beginnings.tolist() == np.sort(scene.population.first_at).tolist()
    assert scene.tallies.profiled.tolist() == np.flatnonzero(~np.isnan(scene.profile[:, 0])).tolist()
    assert set(scene.tallies.first_day) == {model.name for model in scene.models}
