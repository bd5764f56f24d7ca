"""Similarity sketches that hold what the profile of an account needs, and no longer those of single prompts.

A profile is the mean of each bit over an account's prompts (`detection.profiles`). Of each account and bit the first
rows are set, as many as were set before: the mean is the same to the last digit, and no row is the sketch of a prompt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

if TYPE_CHECKING:
    from stillwatch.logs.rekey import Ints


def pooled_bits(account: Ints, sketch: Ints) -> Ints:
    """One half of the sketch of each exchange, pooled over its account; all of shape (m,)."""
    order = np.argsort(account, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(account[order]) != 0)) if len(order) else np.zeros(0, np.int64)
    out = np.zeros(len(sketch), np.int64)
    _pool(order, np.append(starts, len(order)), np.asarray(sketch, np.int64), out)
    return out


@numba.njit(cache=True, nogil=True)
def _pool(order: Any, bounds: Any, sketch: Any, out: Any) -> None:
    counts = np.zeros(64, np.int64)
    for group in range(bounds.shape[0] - 1):
        start, end = bounds[group], bounds[group + 1]
        counts[:] = 0
        for row in range(start, end):
            value = np.uint64(sketch[order[row]])
            for bit in range(64):
                counts[bit] += np.int64((value >> np.uint64(bit)) & np.uint64(1))
        for row in range(start, end):
            made = np.uint64(0)
            for bit in range(64):
                if row - start < counts[bit]:
                    made |= np.uint64(1) << np.uint64(bit)
            out[order[row]] = np.int64(made)
