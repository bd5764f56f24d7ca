"""Dates of OFAC's advanced XML: days in parts, and periods that stand for how little is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element  # a type

_MOST_YEARS: Final = 12
"""A longer period says too little to be compared."""


def iso_day_of(element: Element | None) -> str:
    """`Year`, `Month` and `Day` of an element as ISO date, as far as they are there."""
    if element is None:
        return ""
    parts = [(element.findtext(name) or "").strip() for name in ("Year", "Month", "Day")]
    if not parts[0].isdigit():
        return ""
    written = [parts[0], *(part.zfill(2) for part in parts[1:] if part.isdigit())]
    return "-".join(written)


def period_dates(period: Element) -> tuple[str, ...]:
    """A period's day, or its years where it is longer; a year from its first day to its last is the year alone."""
    first, last = iso_day_of(period.find("Start/From")), iso_day_of(period.find("End/To"))
    last = last or first
    if not first or first == last:
        return (first,) if first else ()
    if first[:7] == last[:7]:
        return (first[:7],)
    years = range(int(first[:4]), int(last[:4]) + 1)
    return tuple(map(str, years)) if 0 < len(years) <= _MOST_YEARS else ()
