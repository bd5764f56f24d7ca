"""Whether accounts keep timetables of their own: the same minutes of the day, day after day.

A tool that digests the news at seven, or looks at a house every hour, makes all its users send at one rate and keeps
them busy and quiet alike, though no queue feeds them. What tells it from a queue is seen in each account alone: its own
times of day come back to the minute. Requests that a queue deals out fall where the queue stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.detection.numbering import Numbered, numbered
from stillwatch.logs.window_rows import DAY_NS

if TYPE_CHECKING:
    import numpy.typing as npt

    from stillwatch.detection.scene import Suspects
    from stillwatch.logs.window_rows import Ints

_NEAR_NS: Final = 30 * 10**9
_NEAREST_PART: Final = 40
"""However busy an account is, less than a twentieth of the day counts as near to what it sent on other days."""
_SHIFT_NS: Final = 30 * _NEAR_NS
"""How far the days are moved against each other to see what would meet without a timetable: hours of the day remain."""
_LEAST_EVENTS: Final = 6
_LEAST_DAYS: Final = 3
_LEAST_SHARE: Final = 0.5
"""Of what would not meet without a timetable."""
_SIGMAS: Final = 4.0
_MOST_DAYS: Final = 1 << 20  # since 1970: more than a time in nanoseconds can tell


def timetable_share(suspects: Suspects, seed: int) -> float:
    """Share of the accounts that keep a timetable of their own; one seen on fewer than three days is said to keep none.

    Counted are conversations that begin within half a minute (less, where the account sends much) of the time of day of
    one on another day; again when each of its days is moved by up to a quarter of an hour; and again when the group's
    conversations are dealt out anew, since a queue that deals out on the minute makes all its accounts meet the same
    minutes. An account keeps a timetable if at least half of those that do not meet by either chance do meet, and that
    many by four standard deviations.
    """
    begins = suspects.events["turn"] <= 1
    place, times = suspects.place[begins], suspects.events["started_at"][begins]
    counts = np.bincount(place, minlength=suspects.size)
    day = times // DAY_NS
    own_days = _own_days(place, day)
    days = np.bincount(own_days.values // _MOST_DAYS, minlength=suspects.size)
    near = np.minimum(_NEAR_NS, DAY_NS // (_NEAREST_PART * np.maximum(1, counts)))
    found = _met(place, day, times % DAY_NS, near) / np.maximum(1, counts)
    moved = (times + _shift(own_days, seed)) % DAY_NS
    dealt = np.random.default_rng(seed).permutation(place)
    by_chance = np.maximum(_met(place, day, moved, near), _met(dealt, day, times % DAY_NS, near))
    usual = np.clip(by_chance / np.maximum(1, counts), 0.02, 0.98)
    is_known = (counts >= _LEAST_EVENTS) & (days >= _LEAST_DAYS)
    regular = (found - usual) / (1 - usual)
    sigmas = (found - usual) / np.sqrt(usual * (1 - usual) / np.maximum(1, counts))
    return float((is_known & (regular >= _LEAST_SHARE) & (sigmas >= _SIGMAS)).sum() / max(1, suspects.size))


def _own_days(place: Ints, day: Ints) -> Numbered:
    """The distinct days of each account, in order of account and day."""
    return numbered(place * _MOST_DAYS + day)


def _shift(own_days: Numbered, seed: int) -> Ints:
    """One random shift for each account and day, in nanoseconds, of shape (m,)."""
    random = np.random.default_rng(seed)
    drawn = random.integers(-_SHIFT_NS, _SHIFT_NS, max(1, len(own_days.values)))
    return np.asarray(drawn[own_days.number], np.int64)


def _met(place: Ints, day: Ints, clock: Ints, near: Ints) -> npt.NDArray[np.int64]:
    """Conversations of each account with a neighbour in time of day that is of another day and near; shape (size,)."""
    order = np.lexsort((clock, place))
    place, day, clock = place[order], day[order], clock[order]
    follows = (place[1:] == place[:-1]) & (day[1:] != day[:-1]) & (clock[1:] - clock[:-1] <= near[place[1:]])
    meets = np.zeros(len(place), np.bool_)
    meets[1:] |= follows
    meets[:-1] |= follows
    return np.bincount(place[meets], minlength=len(near)).astype(np.int64)
