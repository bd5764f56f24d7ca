"""When each account of a group was active."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from stillwatch.detection.scene import Suspects
    from stillwatch.logs.window_rows import Ints


class Spans(NamedTuple):
    first_at: Ints
    last_at: Ints


def active_spans(suspects: Suspects) -> Spans:
    """First and last exchange in focus of each account, each of shape (size,); the group's own bounds where it has
    none.
    """
    times = suspects.events["started_at"]
    first = np.full(suspects.size, np.iinfo(np.int64).max)
    last = np.full(suspects.size, np.iinfo(np.int64).min)
    np.minimum.at(first, suspects.place, times)
    np.maximum.at(last, suspects.place, times)
    missing = first > last
    if len(times):
        first[missing], last[missing] = times.min(), times.max()
    return Spans(first, last)


def bin_table(suspects: Suspects, origin: int, width: int) -> Ints:
    """Conversations in focus by account and bin in which they begin, shape (size, bins) over the group's own span."""
    begins = suspects.events["turn"] <= 1
    numbers = (suspects.events["started_at"][begins] - origin) // width
    if len(numbers) == 0:
        return np.zeros((suspects.size, 1), np.int64)
    first = int(numbers.min())
    bins = int(numbers.max()) - first + 1
    flat = np.bincount(suspects.place[begins] * bins + (numbers - first), minlength=suspects.size * bins)
    return flat.reshape(suspects.size, bins).astype(np.int64)
