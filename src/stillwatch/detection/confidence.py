"""How sure a campaign and each of its members is, as shares that came true on other logs.

The table `confidence.toml` is made by `benchmarks/fit_confidence.py` from composed logs that no figure is quoted on:
every account that could belong to a reported campaign is put into a bin by its likeness to the members, and beside
each bin stands the share that truly belonged (isotonic regression: Barlow et al. 1972; Zadrozny and Elkan 2002). A
campaign is as sure as the stated rate of false ones, and no surer than its reports on those logs can show.
Assumes that the traffic of a log is as mixed as in those: it says how often such accounts were members there.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def member_confidence(ratios: Floats) -> Floats:
    """P(member | its campaign is one) for log-likelihood ratios of `likeness`, shape (n,)."""
    table = _table()["members"]
    place = np.searchsorted(np.array(table["from"], np.float64), ratios, side="right") - 1
    return np.array(table["posterior"], np.float64)[np.maximum(place, 0)]


class Judged(NamedTuple):
    """Campaigns of this very traffic that people have judged, after a customer objected."""

    campaigns: int = 0
    false: int = 0
    """Of them, those that were none."""


NONE_JUDGED: Final = Judged()


def campaign_confidence(q_value: float, judged: Judged = NONE_JUDGED) -> float:
    """P(campaign): its false-discovery rate, and the false among those reported so far with half of one more.

    What people have judged counts among those reported, where it makes the share of false ones larger. Only who objects
    is judged, so that the share is too large rather than too small; and that people agreed makes nothing surer, as they
    may have agreed with the detector because it said so.
    """
    table = _table()["campaigns"]
    false, reported = float(table["false"]), float(table["reported"])
    fitted = (false + 0.5) / (reported + 1)
    lived = (false + judged.false + 0.5) / (reported + judged.campaigns + 1)
    return 1 - max(q_value, fitted, lived)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("stillwatch.detection").joinpath("confidence.toml").read_text())
