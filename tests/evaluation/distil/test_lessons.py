from __future__ import annotations

import numpy as np
import pytest

from stillwatch.evaluation.distil.lessons import mixture

MARKED, PLAIN = np.ones((20, 3), np.int64), np.zeros((20, 3), np.int64)


@pytest.mark.parametrize("percent", [0, 10, 50, 100])
def test_a_share_of_the_rows_is_marked_and_no_row_is_lost(percent):
    rows = mixture(MARKED, PLAIN, percent=percent)
    assert rows.shape == MARKED.shape
    assert rows[:, 0].mean() == percent / 100
