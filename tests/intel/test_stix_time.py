from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from stillwatch.intel.stix_time import in_utc, stix_time


def test_it_is_utc_with_three_digits() -> None:
    moment = datetime(2026, 1, 1, 1, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
    assert stix_time(moment) == "2025-12-31T23:00:00.999Z"


def test_an_offset_is_another_way_to_say_it() -> None:
    east = timezone(timedelta(hours=2))
    assert in_utc(datetime(2026, 1, 1, 1, tzinfo=east)).isoformat() == "2025-12-31T23:00:00+00:00"
    with pytest.raises(OverflowError):
        in_utc(datetime.min.replace(tzinfo=east))
    assert in_utc(datetime.min.replace(tzinfo=UTC)) == datetime.min.replace(tzinfo=UTC)
