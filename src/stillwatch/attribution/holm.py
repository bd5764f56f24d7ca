"""Several tests for one claim: which of them hold together.

>>> holm([-9.0, -1.0, -3.0], tried=3).round(2).tolist()
[-8.52, -1.0, -2.7]

All in log10, since p-values of marks lie far below the smallest double. Every test that was made counts: each cohort,
epoch, scheme and rule that was tried, whether its p-value was kept or not.

References: Holm 1979 (any dependence); Benjamini and Hochberg 1995.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float64]


def holm(log10_ps: Sequence[float], *, tried: int) -> Floats:
    """Adjusted p-values, log10, shape (n,): each may be compared with the family-wise error of the claim.

    Those of `tried` that are not given count as 1.

    Raises:
        InputError: Fewer were tried than are given, or one of them is no logarithm of a probability.
    """
    given, order = _checked(log10_ps, tried)
    factors = np.log10(tried - np.arange(len(given)))
    return _in_place(np.minimum(0.0, np.maximum.accumulate(given[order] + factors)), order)


def benjamini_hochberg(log10_ps: Sequence[float], *, tried: int) -> Floats:
    """Q-values, log10, shape (n,): for triage, which candidates to look at first; never for a claim.

    Raises:
        InputError: As `holm`.
    """
    given, order = _checked(log10_ps, tried)
    ranked = given[order] + np.log10(tried) - np.log10(np.arange(len(given)) + 1)
    return _in_place(np.minimum(0.0, np.minimum.accumulate(ranked[::-1])[::-1]), order)


def _checked(log10_ps: Sequence[float], tried: int) -> tuple[Floats, npt.NDArray[np.intp]]:
    given = np.asarray(log10_ps, np.float64)
    if tried < len(given):
        raise InputError(f"{len(given)} p-values of {tried} tests", mend="count every test that was made")
    if np.isnan(given).any() or (given > 0).any():
        raise InputError("a p-value above 1, or none", mend="give logarithms to base 10, at most 0")
    return given, np.argsort(given, kind="stable")


def _in_place(adjusted: Floats, order: npt.NDArray[np.intp]) -> Floats:
    out = np.empty(len(adjusted))
    out[order] = adjusted
    return out
