"""Number the distinct values of an array in linear time; sorting them is the usual way and costs ten times as much.

Groups under test are many and their exchanges more: every question about "the same prompt" or "the same configuration"
begins here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


class Numbered(NamedTuple):
    values: Ints
    """The distinct values, ascending, shape (k,)."""
    number: Ints
    """For each of the m values given, its place in `values`."""

    def counts(self) -> Ints:
        """How often each distinct value stands there, shape (k,)."""
        return np.bincount(self.number, minlength=len(self.values)).astype(np.int64)


def numbered(values: Ints) -> Numbered:
    """Number values, shape (m,), as `np.unique` does with `return_inverse`."""
    number, found = _in_order_seen(np.ascontiguousarray(values, np.int64))
    order = np.argsort(found)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return Numbered(found[order], rank[number])


@numba.njit(cache=True)
def _in_order_seen(values: Any) -> Any:
    """Open addressing, at most half full, grown as values turn up: most arrays hold few."""
    number = np.empty(values.shape[0], np.int64)
    found = np.empty(64, np.int64)
    slots = np.full(128, -1, np.int64)
    count = 0
    for row in range(values.shape[0]):
        if 2 * count >= slots.shape[0]:
            slots = np.full(4 * slots.shape[0], -1, np.int64)
            for seen in range(count):
                slots[_free(found, slots, found[seen])] = seen
            grown = np.empty(2 * slots.shape[0], np.int64)
            grown[:count] = found[:count]
            found = grown
        place = _free(found, slots, values[row])
        if slots[place] < 0:
            slots[place] = count
            found[count] = values[row]
            count += 1
        number[row] = slots[place]
    return number, found[:count].copy()


@numba.njit(cache=True)
def _free(found: Any, slots: Any, value: Any) -> Any:
    """The slot that holds a value, or the empty one where it belongs."""
    mask = np.uint64(slots.shape[0] - 1)
    place = ((np.uint64(value) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & mask
    while slots[place] >= 0 and found[slots[place]] != value:
        place = (place + np.uint64(1)) & mask
    return place
