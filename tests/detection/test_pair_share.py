from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.pair_share import pair_share
from stillwatch.logs.window_rows import Shares


def shares(key, account, exchanges):
    columns = [np.array(column, np.int64) for column in (key, account, exchanges)]
    return Shares(np.ones(len(key), np.int64), *columns)


def test_pairs_that_share_a_repeated_key_are_counted():
    held = shares([4] * 5, range(5), [2] * 5)
    assert pair_share(held, 10).of(5) == pytest.approx(20 / 90, abs=0.02)


def test_keys_on_more_accounts_than_asked_about_do_not_count():
    held = shares([4] * 5 + [6] * 2, [*range(5), 0, 1], [2] * 7)
    found = pair_share(held, 10)
    assert found.of(1) == 1e-4
    assert found.of(4) == pytest.approx(2 / 90, abs=0.01)
    assert found.of(5) == pytest.approx(20 / 90, abs=0.02)


def test_what_is_used_once_is_not_repeated():
    assert pair_share(shares([4] * 10, range(10), [1] * 10), 10).of(10) == 1e-4


def test_two_keys_in_common_are_one_tie():
    assert pair_share(shares([4, 4, 6, 6], [0, 1, 0, 1], [2] * 4), 2).of(2) == 1.0


@pytest.mark.parametrize("accounts", [0, 1])
def test_nobody_to_draw_from(accounts):
    assert pair_share(shares([4], [0], [2]), accounts).of(9) == 1e-4


def test_a_log_of_many_accounts_is_measured_too():
    held = shares([4] * 150_000, range(150_000), [3] * 150_000)
    assert pair_share(held, 300_000).of(200_000) == pytest.approx(0.25, abs=0.02)
