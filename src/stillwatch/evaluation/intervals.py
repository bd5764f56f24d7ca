"""Means with 95 % bootstrap intervals over seeds.

>>> over_seeds([1.0])
Measure(mean=1.0, low=None, high=None, seeds=1)

A seed is one composed log; seeds are what is drawn again. One seed gives no interval, and few give a coarse one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.stats import beta

if TYPE_CHECKING:
    from collections.abc import Sequence

_DRAWS: Final = 4000
_SEED: Final = 20_260_601


class Measure(NamedTuple):
    mean: float | None
    """None where no seed has a value."""
    low: float | None
    """None where there is one seed only."""
    high: float | None
    seeds: int


def share_of(hits: int, trials: int) -> Measure:
    """A share with its exact 95 % interval (Clopper and Pearson, 1934), which none of a hundred does not make nil.

    >>> share_of(0, 100)
    Measure(mean=0.0, low=0.0, high=0.0362, seeds=100)
    """
    if trials == 0:
        return Measure(None, None, None, 0)
    low = float(beta.ppf(0.025, hits, trials - hits + 1)) if hits else 0.0
    high = float(beta.ppf(0.975, hits + 1, trials - hits)) if hits < trials else 1.0
    return Measure(round(hits / trials, 4), round(low, 4), round(high, 4), trials)


def over_seeds(values: Sequence[float | None]) -> Measure:
    """Mean of the values that are there, with the 2.5 and 97.5 percentiles of the means of drawn seeds."""
    known = np.array([value for value in values if value is not None], np.float64)
    if len(known) == 0:
        return Measure(None, None, None, 0)
    mean = round(float(known.mean()), 4)
    if len(known) == 1:
        return Measure(mean, None, None, 1)
    drawn = np.random.default_rng(_SEED).choice(known, (_DRAWS, len(known))).mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Measure(mean, round(float(low), 4), round(float(high), 4), len(known))
