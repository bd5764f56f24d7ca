"""Dates in the spellings of lists."""

from __future__ import annotations

import pytest

from stillwatch.screening.list_dates import iso_dates, iso_day


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("03 Feb 1961", ("1961-02-03",)),
        ("Feb 1961", ("1961-02",)),
        ("circa 1961", ("1961",)),
        ("1958 to 1960", ("1958", "1959", "1960")),
        ("1900 to 1990", ()),
        ("7/10/2006", ("2006-07-10",)),
        ("1961-02-30", ("1961-02",)),
        ("1961; 1961-02-03; 1961", ("1961", "1961-02-03")),
        ("0000-00-00", ()),
        ("unknown", ()),
        ("", ()),
    ],
)
def test_a_date_is_as_much_as_is_known(text: str, dates: tuple[str, ...]) -> None:
    assert iso_dates(text) == dates


def test_a_day_is_whole_or_none() -> None:
    assert (iso_day("2025-01-02"), iso_day("2025-01"), iso_day("")) == ("2025-01-02", "", "")
