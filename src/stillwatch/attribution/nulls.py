"""Exact tails of what scores add up to under the null hypothesis, as logarithms to base ten.

>>> round(log10_gamma_tail(100, 150.0), 2), round(log10_binomial_tail(5_000, 10_000, 0.25), 1)
(-5.23, -626.6)

The null hypothesis is that the text never met the key: then each distinct effective seed gives an independent draw of
the pseudorandom function, whatever the text is. Everywhere the figure is the exact tail or a proven upper bound of it,
never a normal or a moment-matched one; below 1e-290 an incomplete gamma or beta function is replaced by its series, so
that nothing becomes zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy import special

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = npt.NDArray[np.float64]

_LN_10: Final = float(np.log(10.0))
_SMALL: Final = 1e-290
"""Below it the functions of SciPy come near the end of double precision."""
_NEGLIGIBLE: Final = 50.0
"""Terms e^-50 below the largest are bounded instead of summed."""
_TERMS: Final = 4_096
_POINTS: Final = 512


def log10_gamma_tail(n: int, total: float) -> float:
    """P(Gamma(n, 1) ≥ total): the sum of n standard exponential scores.

    Beyond double range the bound of its continued fraction: -S + (n-1) ln S - ln Γ(n) - ln(1 - (n-1)/S), for S > n-1.
    """
    if n <= 0 or total <= 0:
        return 0.0
    return float(_ln_gamma_tails(np.array([n], np.float64), total)[0]) / _LN_10


def log10_dual_gamma_tail(n: int, total: float, share_b: float) -> float:
    """P((1-α)X + αY ≥ total) for independent X, Y of Gamma(n, 1), where α is the share of the second key.

    A Gamma of the larger scale is a negative-binomial mixture of Gammas of the smaller (Moschopoulos 1985), exact for
    an integer n: so the tail is a sum of positive terms NB(k; n, r)·Q(2n+k, S/small) with r = small/large. The terms
    are log-concave in k: those around the largest are summed, and what lies beyond is bounded by a geometric series.
    """
    if n <= 0 or total <= 0:
        return 0.0
    small, large = sorted((share_b, 1.0 - share_b))
    if small <= 0.0:
        return log10_gamma_tail(n, total / large)
    if small == large:
        return log10_gamma_tail(2 * n, total / large)
    ratio = small / large

    def ln_terms(k: Floats) -> Floats:
        chosen = special.gammaln(n + k) - special.gammaln(k + 1.0) - special.gammaln(n)
        mixed = chosen + n * np.log(ratio) + special.xlog1py(k, -ratio)
        return np.asarray(mixed + _ln_gamma_tails(2.0 * n + k, total / small))

    return min(0.0, _ln_sum_of_log_concave(ln_terms) / _LN_10)


def log10_binomial_tail(successes: float, trials: int, chance: float) -> float:
    """P(Binomial(trials, chance) ≥ successes); beyond double range the sum of its terms and a bound of the rest."""
    hits = int(np.ceil(successes))
    if hits <= 0 or trials <= 0:
        return 0.0
    if hits > trials:
        return float("-inf")
    tail = float(special.betainc(hits, trials - hits + 1, chance))
    if tail > _SMALL:
        return float(np.log10(tail))
    counts = np.arange(hits, min(trials, hits + _TERMS) + 1, dtype=np.float64)
    ln_terms = _ln_choose(trials, counts) + special.xlogy(counts, chance) + special.xlog1py(trials - counts, -chance)
    step = (trials - counts[-1]) / (counts[-1] + 1.0) * chance / (1.0 - chance)
    return _ln_with_rest(ln_terms, step) / _LN_10


def log10_hypergeometric_tail(successes: float, drawn: int, *, green: int, total: int) -> float:
    """P(at least so many green among `drawn` of `total` without replacement): one list shared by every token."""
    hits = int(np.ceil(successes))
    if hits <= max(0, drawn + green - total):
        return 0.0
    if hits > min(drawn, green):
        return float("-inf")
    counts = np.arange(hits, min(drawn, green) + 1, dtype=np.float64)
    ln_terms = _ln_choose(green, counts) + _ln_choose(total - green, drawn - counts) - _ln_choose(total, float(drawn))
    return min(0.0, float(special.logsumexp(ln_terms)) / _LN_10)


def _ln_gamma_tails(shapes: Floats, total: float) -> Floats:
    tails = special.gammaincc(shapes, total)
    with np.errstate(divide="ignore", invalid="ignore"):
        bounds = -total + (shapes - 1.0) * np.log(total) - special.gammaln(shapes) - np.log1p(-(shapes - 1.0) / total)
        return np.asarray(np.where(tails > _SMALL, np.log(tails), bounds))


def _ln_choose(of: float, some: Floats | float) -> Floats:
    return np.asarray(special.gammaln(of + 1.0) - special.gammaln(some + 1.0) - special.gammaln(of - some + 1.0))


def _ln_with_rest(ln_terms: Floats, step: float) -> float:
    """Logarithm of a sum whose further terms shrink at least by `step` each, shape (n,)."""
    rest = ln_terms[-1] + np.log(step / (1.0 - step)) if 0.0 < step < 1.0 else -np.inf
    return float(special.logsumexp(np.append(ln_terms, rest)))


def _ln_sum_of_log_concave(ln_terms: Callable[[Floats], Floats]) -> float:
    """Σ over k ≥ 0 of terms whose logarithms are concave in k.

    Where the bell is wide every m-th term stands for m: over hundreds of points that rule errs less than rounding does.
    What lies beyond either end is bounded: above by a geometric series, below by so many times the first.
    """
    peak = _peak(ln_terms)
    most = float(ln_terms(np.array([peak]))[0])

    def reach(sign: int) -> float:
        step = 1.0
        while peak + sign * step > 0 and float(ln_terms(np.array([peak + sign * step]))[0]) > most - _NEGLIGIBLE:
            step *= 2.0
        return max(0.0, peak + sign * step)

    first, last = reach(-1), reach(1)
    stride = max(1.0, (last - first) // _POINTS)
    logs = ln_terms(np.arange(first, last + stride, stride))
    within = float(special.logsumexp(logs)) + np.log(stride)
    beyond = logs[-1] - np.log1p(-np.exp(logs[-1] - logs[-2])) + 2.0 * np.log(stride)
    below = logs[0] + np.log(first) if first > 0 else -np.inf
    return float(special.logsumexp([within, beyond, below]))


def _peak(ln_terms: Callable[[Floats], Floats]) -> float:
    """The k ≥ 0 of the largest term: doubled until it falls, then halved."""

    def rises(k: float) -> bool:
        here, there = ln_terms(np.array([k, k + 1.0]))
        return bool(there > here)

    if not rises(0.0):
        return 0.0
    high = 1.0
    while rises(high):
        high *= 2.0
    low = high / 2.0
    while high - low > 1.0:
        middle = float(np.floor((low + high) / 2.0))
        low, high = (middle, high) if rises(middle) else (low, middle)
    return high
