"""Numbers, times and chances in plain words.

chance_in_words(1e-7)               # "about 1 in 10 million by chance"
period_in_words(start, end)         # "3 to 19 March 2026"
"""

from __future__ import annotations

import math
from datetime import UTC
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_SMALL: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_SCALES: Final = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_LEAST_CHANCE: Final = 1e-12
_SURE: Final = ((0.99, "very high"), (0.95, "high"), (0.8, "moderate"))


def number(value: float) -> str:
    """An exact count with thousands marked."""
    return f"{value:,.0f}"


def large(value: float) -> str:
    """A count to read, not to add up: three figures and a scale word from a million on."""
    for scale, word in _SCALES:
        if value >= scale:
            return f"{_figures(value / scale, 3)} {word}"
    return number(value)


def small(value: int) -> str:
    """A count in letters up to twelve."""
    return _SMALL[value] if 0 <= value < len(_SMALL) else number(value)


def plural(value: int, one: str, many: str = "") -> str:
    """`3 accounts`, `1 account`."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def odds_in_words(share: float) -> str:
    """`1 in 10 million`, to one figure; nothing rarer than 1 in a trillion is told apart."""
    if share >= 0.1:
        return f"{max(1, round(share * 100))} in 100"
    if share < _LEAST_CHANCE:
        return "1 in a trillion"
    return f"1 in {large(float(_figures(1 / share, 1)))}"


def chance_in_words(p_value: float) -> str:
    """How often chance alone would show as much; a p-value of 1 is a description that no test stands behind."""
    if p_value >= 1:
        return "a description, not a test"
    return f"{'less than' if p_value < _LEAST_CHANCE else 'about'} {odds_in_words(p_value)} by chance"


def confidence(value: float) -> str:
    """Two figures; rounding never says that something is certain."""
    return "over 0.99" if 0.99 < value < 1 else f"{value:.2f}"


def confidence_in_words(value: float) -> str:
    return next((word for floor, word in _SURE if value >= floor), "low")


def percent(share: float) -> str:
    """A share as a percentage that never rounds to a clean 0 or 100."""
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1:
        return "over 99%"
    return f"{share:.0%}"


def words(name: str) -> str:
    """A name on a shelf as words: `shared_template` → `shared template`."""
    return name.replace("_", " ")


def listed(names: Sequence[str], *, most: int = 4) -> str:
    """`a, b and c`; beyond `most`, `a, b, c and 5 more`."""
    shown = [*names] if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} more"]
    return shown[0] if len(shown) == 1 else " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def day(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y}"


def moment_in_words(moment: datetime) -> str:
    return f"{day(moment)}, {moment.astimezone(UTC):%H:%M} UTC"


def period_in_words(start: datetime, end: datetime) -> str:
    """The days from start to end, saying month and year once where they are the same."""
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    if first.date() == last.date():
        return day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    return f"{first.day} {first:%B}{'' if first.year == last.year else f' {first.year}'} to {day(last)}"


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _figures(value: float, figures: int) -> str:
    if value <= 0:
        return "0"
    digits = figures - 1 - math.floor(math.log10(value))
    rounded = round(value, digits)
    return f"{rounded:.{max(0, digits)}f}".rstrip("0").rstrip(".") if digits > 0 else f"{rounded:.0f}"
