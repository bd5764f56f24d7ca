"""Dates as lists write them, brought to ISO as far as they are known.

>>> iso_dates("28 Jul 1963"), iso_dates("circa 1955"), iso_dates("1958 to 1960"), iso_dates("1978-12-05; 1979")
(('1963-07-28',), ('1955',), ('1958', '1959', '1960'), ('1978-12-05', '1979'))
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_WORDS: Final = re.compile(r"(?:(\d{1,2})\s+)?([a-z]{3})[a-z]*\.?,?\s+(\d{4})")
_US: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_FIRST_YEAR: Final = 1800
_MOST_YEARS: Final = 12
"""A range of more years says too little to be compared."""


def iso_dates(text: str) -> tuple[str, ...]:
    """Each date of the text as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; of a range its years; nothing that is no date."""
    found: list[str] = []
    for part in re.split(r"[;|]", text.casefold()):
        left, to, right = part.partition(" to ")
        first, last = _one(left), _one(right)
        if to and first and last and 0 <= int(last[:4]) - int(first[:4]) <= _MOST_YEARS:
            found.extend(str(year) for year in range(int(first[:4]), int(last[:4]) + 1))
        elif first and not to:
            found.append(first)
    return tuple(dict.fromkeys(found))


def iso_day(text: str) -> str:
    """A whole date, or nothing."""
    found = iso_dates(text)
    return found[0] if found and len(found[0]) == 10 else ""


def _one(text: str) -> str:
    plain = re.sub(r"^\s*(?:circa|ca\.?|c\.|approximately|about|between)\s+", "", text.strip())
    if match := _ISO.match(plain):
        return _written(match[1], match[2], match[3])
    if (match := _WORDS.search(plain)) and match[2] in _MONTHS:
        return _written(match[3], str(_MONTHS.index(match[2]) + 1), match[1])
    if match := _US.search(plain):
        return _written(match[3], match[1], match[2])
    return ""


def _written(year: str, month: str | None, day: str | None) -> str:
    """As much of it as is a date."""
    if int(year) < _FIRST_YEAR:
        return ""
    if not month or not 1 <= int(month) <= 12:
        return year
    try:
        return date(int(year), int(month), int(day)).isoformat() if day else f"{year}-{int(month):02}"
    except ValueError:
        return f"{year}-{int(month):02}"
