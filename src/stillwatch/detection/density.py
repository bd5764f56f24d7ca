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


def density(values: Floats, widths: Sequence[float]) -> Density:
    """Measure the densest window of each width."""
    ordered = np.sort(values)
    places = np.arange(len(ordered))
    most = {
        width: int((np.searchsorted(ordered, ordered + width, side="right") - places).max(initial=0))
        for width in widths
    }
    return Density(ordered, {width: (count + 1) / (len(ordered) + 1) for width, count in most.items()})
