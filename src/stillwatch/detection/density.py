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
Ints = npt.NDArray[np.int64]


class Density(NamedTuple):
    values: Floats
    """Ascending, shape (n,)."""
    chances: dict[float, float]
    """Width → share of the values in the densest window, with one added to both counts."""
    counts: dict[float, Ints]
    """Width → values in the window that begins at each value, and 0 for an empty stretch; shape (n + 1,)."""

    def chances_near(self, starts: Floats, width: float, reach: float) -> Floats:
        """Share of the values in the densest window of `width` that begins within `reach` of each start, shape (m,),
        with one added to both counts.
        """
        lowest = np.searchsorted(self.values, starts - reach, side="left")
        highest = np.searchsorted(self.values, starts + reach, side="right")
        edges = np.stack([lowest, highest], axis=1)
        most = np.maximum.reduceat(self.counts[width], edges.ravel())[::2]
        most[lowest >= highest] = 0
        return np.asarray((most + 1) / (len(self.values) + 1), np.float64)


def density(values: Floats, widths: Sequence[float]) -> Density:
    """Measure the densest window of each width."""
    ordered = np.sort(values)
    places = np.arange(len(ordered))
    counts = {width: np.append(np.searchsorted(ordered, ordered + width, side="right") - places, 0) for width in widths}
    chances = {width: (int(found.max()) + 1) / (len(ordered) + 1) for width, found in counts.items()}
    return Density(ordered, chances, counts)
