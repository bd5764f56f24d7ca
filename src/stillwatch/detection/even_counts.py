"""Even load of accounts with a handful of exchanges each: whether their counts spread as dealt-out work does.

One account's two or five exchanges tell nothing of its rate, but a few hundred such counts do: work that is dealt out
at random gives each account a Poisson count, while people's rates differ, which shows as more variance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from stillwatch.detection.numbering import numbered
from stillwatch.detection.rhythm import ALIKE
from stillwatch.detection.statistics import lower_tail

if TYPE_CHECKING:
    from stillwatch.logs.window_rows import Ints

Floats = npt.NDArray[np.float64]

_DRAWS: Final = 200
_HERMITE: Final = np.polynomial.hermite_e.hermegauss(24)  # nodes and weights
_TAIL: Final = 6.0  # natural logs: beyond this factor of the mean a null holds nothing worth counting


def even_counts(counts: Ints, usual: Ints, *, least: int, left_out: int = 0, seed: int) -> float:
    """P(accounts that are not loaded evenly have counts, shape (n,), that vary as little); all counts ≥ `least`.

    Two nulls with the group's mean, and both must fail. *Crowd*: counts are drawn from those of other accounts, `usual`
    (m,), tilted exponentially to that mean (of all distributions on these counts the nearest to the population's).
    *Tool*: the accounts use one tool alike, so their rates are log-normal with the spread of `rhythm.ALIKE`, and their
    counts Poisson, both cut off below `least`. The statistic is the variance, against draws from the null; where so
    many accounts were `left_out` of the group, perhaps for their counts, each draw is larger by as many and loses its
    largest.
    """
    mean = float(counts.mean())
    if mean <= least or usual.max(initial=0) <= mean:
        return 1.0
    support = np.arange(least, max(int(counts.max()), int(mean * np.exp(_TAIL / 2))) + 1)
    nulls = (_tilted(usual[usual >= least], mean), (support, _mixed(support, mean)))
    random = np.random.default_rng(seed)
    draws = (
        (values, _without_largest(random.multinomial(len(counts) + left_out, chances, _DRAWS), left_out))
        for values, chances in nulls
    )
    return max(_less_varied(counts, values, drawn) for values, drawn in draws)


def _without_largest(drawn: Ints, most: int) -> Ints:
    """Draws (d, k), as numbers of each value in ascending order, without so many of the largest each."""
    from_top = np.cumsum(drawn[:, ::-1], axis=1)
    kept = np.maximum(0, from_top - most)
    return np.diff(kept, axis=1, prepend=0)[:, ::-1]


def _less_varied(counts: Ints, values: Ints, drawn: Ints) -> float:
    """P(as many draws from a distribution vary no more than the counts do), by a fit to the logarithm."""
    means = drawn @ values / len(counts)
    variances = drawn @ (values.astype(np.float64) ** 2) / len(counts) - means**2
    smallest = 0.5 / len(counts)  # half an account that differs by one: all equal is no proof beyond measure
    return lower_tail(float(np.log(max(counts.var(), smallest))), np.log(np.maximum(variances, smallest)))


def _tilted(usual: Ints, mean: float) -> tuple[Ints, Floats]:
    """The distribution of counts, tilted exponentially to a mean within their range."""
    found = numbered(usual)
    logs, away = np.log(found.counts()), found.values - mean

    def chances(tilt: float) -> Floats:
        weights = logs + tilt * away
        weights = np.exp(weights - weights.max())  # scipy's logsumexp takes 25 times as long over so few values
        return np.asarray(weights / weights.sum())

    low = optimize.brentq(lambda tilt: chances(tilt) @ away, -20.0, 20.0)
    return found.values, chances(float(low))


def _mixed(support: Ints, mean: float) -> Floats:
    """Poisson counts of log-normal rates on a support, shape (k,), its mean matched; integrated by Gauss-Hermite."""
    nodes, weights = _HERMITE
    factorials = special.gammaln(support + 1.0)

    def chances(level: float) -> Floats:
        logs = (level + ALIKE * nodes)[:, None]
        found = weights @ np.exp(support * logs - np.exp(logs) - factorials)
        return np.asarray(found / found.sum())

    level = optimize.brentq(lambda at: chances(at) @ support - mean, np.log(mean) - _TAIL, np.log(mean) + 1.0)
    return chances(float(level))
