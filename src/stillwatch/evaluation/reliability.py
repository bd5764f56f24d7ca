"""Whether the confidence that a detector states of each member can be believed.

    reliability([(0.95, True), (0.9, True), (0.6, False)]).brier     # 0.1242

Members of reported campaigns are put into bins by stated confidence; beside the mean of each bin stands the share of
them that truly are a campaign's (a reliability diagram: DeGroot and Fienberg, 1983; Niculescu-Mizil and Caruana, 2005).
The Brier score (Brier, 1950) is the mean squared difference: 0 is perfect, 0.25 is what 0.5 for everybody earns. The
calibration error (Naeini, Cooper and Hauskrecht, 2015) is the mean distance of the two over members, bin by bin; its
interval is over logs drawn again, since the members of one log stand and fall together.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from stillwatch.evaluation.intervals import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

EDGES: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
"""Finer where detectors are sure of themselves: nobody acts on the rest."""
_DRAWS: Final = 500
_SEED: Final = 20_260_601


class Bin(NamedTuple):
    """Members whose stated confidence lies in low..high; the last bin holds its upper edge."""

    low: float
    high: float
    members: int
    guilty: int
    """Of them, accounts of a campaign."""
    stated: float
    """Mean stated confidence."""

    @property
    def share(self) -> float:
        """Share that truly are of a campaign."""
        return self.guilty / self.members


class Reliability(NamedTuple):
    bins: tuple[Bin, ...]
    """Those that hold somebody, from the least sure."""
    members: int
    brier: float | None
    """Mean squared difference between stated confidence and truth; None where nobody stated any."""


def reliability(stated: Sequence[tuple[float, bool]]) -> Reliability:
    """Bin members by stated confidence (0..1); the second of each pair is whether it truly is a campaign's."""
    if not stated:
        return Reliability((), 0, None)
    confidence = np.array([one for one, _ in stated], np.float64)
    truth = np.array([two for _, two in stated], np.float64)
    place = np.clip(np.searchsorted(EDGES, confidence, side="right") - 1, 0, len(EDGES) - 2)
    bins = tuple(
        Bin(
            EDGES[number],
            EDGES[number + 1],
            int(chosen.sum()),
            int(truth[chosen].sum()),
            round(float(confidence[chosen].mean()), 4),
        )
        for number in range(len(EDGES) - 1)
        if (chosen := place == number).any()
    )
    return Reliability(bins, len(stated), round(float(((confidence - truth) ** 2).mean()), 6))


def pooled(parts: Iterable[Mapping[str, Any] | None]) -> Reliability:
    """Several logs as one, from their JSON (`Reliability._asdict`, bins as mappings); missing ones are passed over."""
    found = [one for one in parts if one and one["members"]]
    members = sum(one["members"] for one in found)
    if not members:
        return Reliability((), 0, None)
    bins = []
    for low, high in pairwise(EDGES):
        mine = [bin_ for one in found for bin_ in one["bins"] if (bin_["low"], bin_["high"]) == (low, high)]
        count = sum(one["members"] for one in mine)
        if count:
            stated = sum(one["stated"] * one["members"] for one in mine) / count
            bins.append(Bin(low, high, count, sum(one["guilty"] for one in mine), round(stated, 4)))
    brier = sum(one["brier"] * one["members"] for one in found) / members
    return Reliability(tuple(bins), members, round(brier, 6))


def calibration_error(parts: Iterable[Mapping[str, Any] | None]) -> Measure:
    """Mean distance of stated confidence from the share that is true, over logs as one, with its 95 % interval."""
    found = [one for one in parts if one and one["members"]]
    if not found:
        return Measure(None, None, None, 0)
    error = round(_error(pooled(found)), 4)
    if len(found) == 1:
        return Measure(error, None, None, 1)
    drawn = np.random.default_rng(_SEED).integers(0, len(found), (_DRAWS, len(found)))
    low, high = np.quantile([_error(pooled([found[place] for place in row])) for row in drawn], (0.025, 0.975))
    return Measure(error, round(float(low), 4), round(float(high), 4), len(found))


def _error(found: Reliability) -> float:
    return sum(one.members * abs(one.stated - one.share) for one in found.bins) / found.members


def as_json(found: Reliability) -> dict[str, Any]:
    """What `pooled` reads, and what `range score --json` prints."""
    return {
        "members": found.members,
        "brier": found.brier,
        "bins": [one._asdict() | {"share": round(one.share, 4)} for one in found.bins],
    }
