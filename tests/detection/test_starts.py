from __future__ import annotations

import numpy as np

from stillwatch.detection.starts import Starts, starts_of
from stillwatch.detection.world import town


def test_starts_are_the_first_turns_by_account_and_time():
    suspects = town(40, days=3).people(5).suspects()
    starts = starts_of(suspects)
    begun = suspects.events["turn"] <= 1
    assert np.bincount(starts.place, minlength=5).tolist() == np.bincount(suspects.place[begun], minlength=5).tolist()
    assert len(starts.at) < suspects.exchanges
    assert (np.diff(starts.place * 2**40 + (starts.at - starts.at.min()) // 2**20) >= 0).all()


def test_bounds_part_the_accounts_that_have_any():
    starts = Starts(np.array([0, 0, 3, 3, 3, 7]), np.arange(6))
    assert starts.bounds().tolist() == [0, 2, 5, 6]
    assert starts.taken(np.array([False, False, True, True, True, False])).bounds().tolist() == [0, 3]
    assert starts.taken(np.zeros(6, np.bool_)).bounds().tolist() == [0]
