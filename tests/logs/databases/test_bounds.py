from __future__ import annotations

from datetime import UTC, datetime

from exchange_log import START
from stillwatch.logs.databases.bounds import Bounds, moment


def test_moments_are_exact_to_the_microsecond():
    assert moment(START + 1_234_999) == datetime(2026, 3, 1, 9, 0, 0, 1234, UTC)
    assert Bounds(0, START).moments() == (datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, 9, tzinfo=UTC))
