from __future__ import annotations

from datetime import datetime, timedelta, timezone

from stillwatch.intel.stix_time import stix_time


def test_it_is_utc_with_three_digits() -> None:
    moment = datetime(2026, 1, 1, 1, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
    assert stix_time(moment) == "2025-12-31T23:00:00.999Z"
