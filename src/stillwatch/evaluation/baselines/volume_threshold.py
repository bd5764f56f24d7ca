"""Accounts whose busiest day lies three standard deviations above everybody's, on a log scale."""

from __future__ import annotations

from typing import Final

import numpy as np

from stillwatch.evaluation.baseline import Baseline, Sight

_DAY_NS: Final = 86_400_000_000_000
_DEVIATIONS: Final = 3.0


def _find(sight: Sight) -> list[frozenset[int]]:
    day = sight.exchanges["started_at"].to_numpy() // _DAY_NS
    (account, _), count = np.unique(np.stack([sight.account, day - day.min()]), axis=1, return_counts=True)
    busiest = np.zeros(len(sight.names))
    np.maximum.at(busiest, account, count)
    scaled = np.log(np.maximum(busiest, 1))
    flagged = np.flatnonzero(scaled > scaled.mean() + _DEVIATIONS * scaled.std())
    return [frozenset(flagged.tolist())] if len(flagged) else []


BASELINE: Final = Baseline(name="volume_threshold", title="accounts far above everybody's daily volume", find=_find)
