"""Statistics that links share: tails, combinations of p-values, false-discovery control.

References: Benjamini and Hochberg 1995; Benjamini and Heller 2008 (partial conjunction); Fisher's exact tail.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SMALLEST_P: Final = 1e-12
"""No model of ours holds further out than this."""


def bounded(p_value: float) -> float:
    """Keep a p-value within what its model can claim."""
    return float(min(1.0, max(SMALLEST_P, p_value)))


def at_least(successes: int, trials: int, chance: float) -> float:
    """P(Binomial(trials, chance) ≥ successes)."""
    if successes <= 0:
        return 1.0
    if successes > trials:
        return SMALLEST_P
    # The incomplete beta function itself: the distribution objects around it cost a hundred times as much.
    return bounded(float(special.betainc(successes, trials - successes + 1, min(1.0, max(0.0, chance)))))


def drawn_at_least(successes: int, total: int, marked: int, drawn: int) -> float:
    """P(at least so many marked ones among `drawn` of `total`, of which `marked` are), the hypergeometric tail.

    Summed from logarithms of binomial coefficients: importing the distributions of SciPy costs seconds.
    """
    counts = np.arange(max(successes, drawn + marked - total, 0), min(marked, drawn) + 1, dtype=np.float64)
    if len(counts) == 0:
        return SMALLEST_P if successes > 0 else 1.0

    def choose(of: float, some: Floats | float) -> Floats:
        return np.asarray(special.gammaln(of + 1.0) - special.gammaln(some + 1.0) - special.gammaln(of - some + 1.0))

    logs = choose(marked, counts) + choose(total - marked, drawn - counts) - choose(total, float(drawn))
    return bounded(float(np.exp(special.logsumexp(logs))))


def poisson_at_least(count: int, expected: float) -> float:
    """P(Poisson(expected) ≥ count)."""
    return bounded(float(special.gammainc(count, max(expected, 1e-9)))) if count > 0 else 1.0


def lower_tail(value: float, null: Floats) -> float:
    """P(a draw from the null is at most `value`), by a normal fit; shape of `null`: (draws,).

    The spread of the fit is widened by the error of its own estimate, so that few draws never give a bold claim.
    """
    draws = len(null)
    if draws < 8:
        return 1.0
    spread = float(np.std(null, ddof=1)) * np.sqrt(1 + 1 / draws)
    if spread <= 0:
        return 1.0
    return bounded(float(special.stdtr(draws - 1, (value - float(np.mean(null))) / spread)))


def partial_conjunction(p_values: Floats) -> float:
    """P-value of "at least two of these hold", valid under any dependence: (n - 1) times the second smallest."""
    if len(p_values) < 2:
        return 1.0
    return bounded(float((len(p_values) - 1) * np.sort(p_values)[1]))


def q_values(p_values: Floats, tests: int | None = None) -> Floats:
    """Benjamini-Hochberg q-values, shape (n,), for n of `tests` hypotheses (the others had p = 1)."""
    count = max(tests or 0, len(p_values))
    order = np.argsort(p_values)
    ranked = p_values[order] * count / (np.arange(len(p_values)) + 1)
    out = np.empty(len(p_values))
    out[order] = np.minimum(1.0, np.minimum.accumulate(ranked[::-1])[::-1])
    return out
