"""Periods of OFAC's advanced XML."""

from __future__ import annotations

import pytest
from xml_element import element

from stillwatch.screening.ofac_periods import iso_day_of, period_dates


def _day(name: str, day: str) -> str:
    year, month, number = day.split("-")
    return f"<{name}><Year>{year}</Year><Month>{month}</Month><Day>{number}</Day></{name}>"


@pytest.mark.parametrize(
    ("first", "last", "dates"),
    [
        ("1961-2-3", "1961-2-3", ("1961-02-03",)),
        ("1961-1-1", "1961-12-31", ("1961",)),
        ("1961-2-1", "1961-2-28", ("1961-02",)),
        ("1960-1-1", "1962-12-31", ("1960", "1961", "1962")),
        ("1900-1-1", "1980-12-31", ()),
    ],
)
def test_a_period_says_as_much_as_is_known(first: str, last: str, dates: tuple[str, ...]) -> None:
    period = element(f"<DatePeriod><Start>{_day('From', first)}</Start><End>{_day('To', last)}</End></DatePeriod>")
    assert period_dates(period) == dates


def test_a_day_that_is_missing_is_none() -> None:
    assert iso_day_of(None) == ""
    assert iso_day_of(element("<Date><Month>3</Month></Date>")) == ""
    assert iso_day_of(element("<Date><Year>2020</Year></Date>")) == "2020"
