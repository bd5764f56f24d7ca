from __future__ import annotations

import numpy as np

from stillwatch.detection.profiles import profiles
from stillwatch.logs.profile_bits import pooled_bits


def test_the_profile_of_an_account_stays_and_the_sketches_of_its_prompts_go():
    random = np.random.default_rng(5)
    account = random.integers(0, 4, 200)
    sketch = random.integers(-(2**62), 2**62, 200)
    pooled = pooled_bits(account, sketch)
    before, after = (profiles(account, one, np.zeros(200, np.int64), 4) for one in (sketch, pooled))
    assert np.array_equal(before, after)
    assert len(np.intersect1d(sketch, pooled)) == 0


def test_no_rows_give_no_rows():
    assert len(pooled_bits(np.zeros(0, np.int64), np.zeros(0, np.int64))) == 0
