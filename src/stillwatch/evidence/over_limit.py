"""Whether bytes that were measured are over a limit, and how surely, where they are an estimate.

Null model: what moved is the limit exactly, and an exporter looked at one packet in k, each drawn independently. The
estimate is then a weighted sum of Poisson counts; a Poisson count in units of variance / mean has its first two moments
(Bohm and Zech 2014, "Statistics of weighted Poisson events and its applications"), and its upper tail is the p-value.
Where each packet was looked at nothing is left to chance, and there is no p-value.

>>> is_over(Measured(2.0, 0.0), 1, tests=1), is_over(Measured(1.0, 0.0), 1, tests=1)
(Over(p_value=None), None)
"""

from __future__ import annotations

from typing import Final, NamedTuple

from scipy.special import gammainc

ALPHA: Final = 0.01
"""Chance of any false finding in a whole watch whose hosts stay within all limits."""


class Measured(NamedTuple):
    moved_bytes: float
    variance: float
    """Of the estimate; 0 where each packet was looked at."""

    def __add__(self, other: tuple[float, ...]) -> Measured:  # type: ignore[override]  # sums of measures, not longer tuples
        return Measured(self.moved_bytes + other[0], self.variance + other[1])


class Over(NamedTuple):
    p_value: float | None
    """Corrected for all tests; None where the bytes were counted."""


def is_over(measured: Measured, limit_bytes: float, *, tests: int) -> Over | None:
    """Say that it is over, or None.

    Args:
        measured: What moved.
        limit_bytes: More than this is over.
        tests: How many such questions are asked in all (Bonferroni).
    """
    if measured.moved_bytes <= limit_bytes:
        return None
    if measured.variance <= 0:
        return Over(None)
    unit = measured.variance / measured.moved_bytes
    p_value = min(1.0, tests * float(gammainc(measured.moved_bytes / unit, limit_bytes / unit)))
    return Over(p_value) if p_value < ALPHA else None
