"""How small a share of marked training text a test would still have seen.

>>> from stillwatch.attribution.scheme_shelf import open_scheme
>>> needed = needed_excess(11_000, -6.0, open_scheme("gumbel_siphash").null.log_mgf)
>>> round(needed, 3)
0.051
>>> round(missed_below(needed, full_share_excess=0.9), 3)
0.057

By Chernoff's bound, p ≤ P needs a mean score a with sup over t of (t·a - Λ(t)) = ln(1/P)/N, Λ the cumulant of one score
under the null hypothesis; solved, a = min over t of (ln(1/P)/N + Λ(t))/t. For small excess ε that is the rule of thumb
N ≈ 2·ln(1/P)/ε². The bound asks for no less than the exact test does, so that a share told as missed is told too large
rather than too small.

Assumes that the mean excess grows with the share of marked text in a straight line, from nothing to what a student of
marked text alone showed. Measured students of half marked text showed 0.5 to 0.65 of that, students of a tenth 0.06 to
0.24, the more the oftener they read it: a share told here is a rough figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = npt.NDArray[np.float64]
TILTS: Final = np.geomspace(2.0**-14, 2.0**4, 512)
"""Where the bound is looked for; of scores whose cumulant ends, the part before it."""
_STEP: Final = 2.0**-12


def needed_excess(contexts: int, log10_alpha: float, log_mgf: Callable[[Floats], Floats]) -> float:
    """The mean score above the null's that so many contexts need for p to reach alpha; infinite where none would do."""
    cumulants = log_mgf(TILTS)
    held = np.isfinite(cumulants)
    if contexts == 0 or not held.any():
        return float("inf")
    needed = (-log10_alpha * np.log(10.0) / contexts + cumulants[held]) / TILTS[held]
    return float(needed.min()) - mean_score(log_mgf)


def mean_score(log_mgf: Callable[[Floats], Floats]) -> float:
    """The mean of one score under the null: the slope of its cumulant at 0, by a central difference."""
    below, above = log_mgf(np.array([-_STEP, _STEP]))
    return float(above - below) / (2 * _STEP)


def missed_below(needed: float, *, full_share_excess: float) -> float:
    """The share of marked text, 0 to 1, below which the needed excess is more likely missed than not."""
    return min(1.0, needed / full_share_excess) if full_share_excess > 0 else 1.0
