from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.world import town
from stillwatch.detection.world_people import START
from stillwatch.logs.window_rows import DAY_NS


def test_the_last_accounts_added_are_in_focus():
    world = town(30).fleet(5)
    assert world.focus.tolist() == [30, 31, 32, 33, 34]
    assert world.suspects().accounts.tolist() == world.focus.tolist()


@pytest.mark.parametrize("days", [1, 14])
def test_everything_happens_within_the_days(days):
    times = town(30, days=days).exchanges["started_at"]
    assert START <= times.min() <= times.max() < START + days * DAY_NS


def test_people_differ_and_a_fleet_does_not():
    def spread(world):
        return np.std(np.log(world.suspects().focus_counts()))

    assert spread(town(30).people(60)) > 0.8
    assert spread(town(30).fleet(60)) < 0.1
