"""The densest window of a set of values: how many of them at most lie within a given width of one another.

The chance that an account drawn at random falls within *some* fixed window of that width is at most this share, which
makes it an honest null for clusters of rates or of opening times. Sorted once per scan: groups are many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float64]


class Density(NamedTuple):
    values: Floats
    """Ascending, shape (n,)."""
    chances: dict[float, float]
    """Width → share of the values in the densest window, with one added to both counts."""

    def chances_near(self, starts: Floats, width: float, reach: float) -> Floats:
        """Share of the values in the densest window of `width` that begins within `reach` of each start, shape (m,),
        with one added to both counts.
        """
        if len(self.values) == 0:
            return np.ones(len(starts))
        ends = np.searchsorted(self.values, self.values + width, side="right")
        counts = np.append(ends - np.arange(len(self.values)), 0)  # the last stands for an empty stretch
        lowest = np.searchsorted(self.values, starts - reach, side="left")
        highest = np.searchsorted(self.values, starts + reach, side="right")
        edges = np.stack([np.minimum(lowest, len(self.values)), np.minimum(highest, len(self.values))], axis=1)
        most = np.maximum.reduceat(counts, edges.ravel())[::2]
        most[edges[:, 0] >= edges[:, 1]] = 0
        return np.asarray((most + 1) / (len(self.values) + 1), np.float64)


def density(values: Floats, widths: Sequence[float]) -> Density:
    """Measure the densest window of each width."""
    ordered = np.sort(values)
    places = np.arange(len(ordered))
    most = {
        width: int((np.searchsorted(ordered, ordered + width, side="right") - places).max(initial=0))
        for width in widths
    }
    return Density(ordered, {width: (count + 1) / (len(ordered) + 1) for width, count in most.items()})
