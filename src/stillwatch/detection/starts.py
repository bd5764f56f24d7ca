"""When conversations begin: whose they are, and the moments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from stillwatch.detection.scene import Suspects
    from stillwatch.logs.window_rows import Ints


class Starts(NamedTuple):
    """Moments in order of whose they are, and of time; both of shape (m,)."""

    place: Ints
    """Index of the account, ascending; indices may be missing."""
    at: Ints
    """Nanoseconds, ascending for each account."""

    def taken(self, chosen: npt.NDArray[np.bool_]) -> Starts:
        return Starts(self.place[chosen], self.at[chosen])

    def bounds(self) -> Ints:
        """First row of each account that has any, and the end: shape (accounts + 1,)."""
        return np.append(np.flatnonzero(np.append(True, np.diff(self.place) != 0))[: len(self.place)], len(self.place))


def starts_of(suspects: Suspects) -> Starts:
    """When conversations in focus begin, by index of the account in the group."""
    begins = suspects.events["turn"] <= 1
    place = suspects.place[begins]
    order = np.argsort(place, kind="stable")  # events are in order of time already
    return Starts(place[order], suspects.events["started_at"][begins][order])
