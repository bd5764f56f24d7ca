from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from stillwatch.logs.times import start_ns, time_ns

NINE = 1_772_355_600_000_000_000


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-01T09:00:00Z", NINE),
        ("2026-03-01 09:00:00", NINE),
        ("2026-03-01 09:00:00.25", NINE + 250_000_000),
        ("2026-03-01 09:00:00.250000 UTC", NINE + 250_000_000),
        ("2026-03-01T10:00:00+01:00", NINE),
        ("1772355600000000000", NINE),
        ("1772355600.25", NINE + 250_000_000),
        (1772355600, NINE),
        (1772355600.25, NINE + 250_000_000),
        (1772355600000, NINE),
        (1772355600000000, NINE),
        (NINE, NINE),
        (float(NINE), NINE),
        ("019ca8b4-6480-7000-8000-000000000001", 0x019CA8B46480 * 1_000_000),
        (dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC), NINE),
        (dt.datetime(2026, 3, 1, 9), NINE),  # noqa: DTZ001  # zone-less is what is tested
    ],
)
def test_time_is_read(written: Any, expected: int) -> None:
    assert time_ns(written) == expected


@pytest.mark.parametrize(
    "written",
    [None, "", "soon", 0, -1, True, float("nan"), float("inf"), 10**30, "9" * 5000, "9999-12-31T00:00:00Z", [], {}],
)
def test_what_is_no_time_is_none(written: Any) -> None:
    assert time_ns(written) is None
    with pytest.raises(ValueError, match="no start time"):
        start_ns(written)
