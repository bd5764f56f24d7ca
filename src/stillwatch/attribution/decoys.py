"""Keys that nothing was ever marked with, scored as the real one is: they show whether a test keeps its promise.

>>> from hashlib import sha256
>>> from stillwatch.attribution.detect import pairs_of, scorer
>>> from stillwatch.attribution.scheme_shelf import open_scheme
>>> scheme = open_scheme("gumbel_siphash")
>>> pairs = pairs_of([np.random.default_rng(1).integers(0, 500, 300)], scheme.context_width)
>>> score_of = scorer(pairs, scheme)
>>> keys = decoy_keys(scheme, lambda label: sha256(label.encode()).digest())
>>> report = calibrate(score_of, score_of(scheme.key_of(bytes(32))), keys, is_exact=scheme.null.is_exact)
>>> report.keys, report.is_within_band, report.monte_carlo_p > 0.001
(1000, True, True)

Decoys come from the same derivation as the real key, so that under the null hypothesis all are exchangeable: the share
that does at least as well as the real key is a p-value without any model. And each has an exact p-value of its own,
of which a twentieth must lie below .05 and a hundredth below .01: more, and the model behind the exact figure is wrong
for this text, so that no figure of it may be claimed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count as numbers
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stillwatch.attribution.detect import Detection
    from stillwatch.attribution.scheme import Key, Scheme

LEAST_KEYS: Final = 1_000
_LEVELS: Final = (0.05, 0.01)
_AGAIN: Final = 4
"""Where the first keys leave the band, so many times as many fresh ones decide: one sound test in ten leaves it."""
_OUTSIDE: Final = 0.025
"""Chance of either side outside a band of 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many decoys fell below one level, and how many may."""

    level: float
    share: float
    lowest: float
    """Ends of the 95 % band of a binomial share."""
    highest: float

    @property
    def is_within(self) -> bool:
        return self.lowest <= self.share <= self.highest


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoyReport:
    keys: int
    """Of the round that decided."""
    rounds: int
    """2 = the first thousand left the band, and as many again times four, all fresh, decided."""
    monte_carlo_p: float
    """(1 + decoys with as much evidence or more) / (1 + decoys)."""
    cells: tuple[Cell, ...]
    log10_p: tuple[float, ...]
    """Of each decoy, from the least likely on: what a report draws."""
    is_exact: bool
    """Whether p-values are uniform; else they are upper bounds, and shares below the band are sound."""

    @property
    def is_within_band(self) -> bool:
        """Whether a figure of this test may be claimed at all."""
        return all(cell.is_within or (not self.is_exact and cell.share < cell.lowest) for cell in self.cells)


def decoy_keys(scheme: Scheme, derive: Callable[[str], bytes]) -> Iterator[Key]:
    """Keys of the labels `decoy/0`, `decoy/1`, … without end; `derive` is the key ring's, from label to material."""
    return map(scheme.key_of, decoy_secrets(derive))


def decoy_secrets(derive: Callable[[str], bytes]) -> Iterator[bytes]:
    """Secrets of the same labels, which coins are tossed by as they are."""
    return (derive(f"decoy/{number}") for number in numbers())


def calibrate(
    score_of: Callable[[Key], Detection],
    real: Detection,
    keys: Iterator[Key],
    *,
    count: int = LEAST_KEYS,
    is_exact: bool,
) -> DecoyReport:
    """Score decoys as the real key was scored, and a larger round of fresh ones where the first leaves the band."""
    first = _report(score_of, real, list(islice(keys, count)), rounds=1, is_exact=is_exact)
    if first.is_within_band:
        return first
    return _report(score_of, real, list(islice(keys, _AGAIN * count)), rounds=2, is_exact=is_exact)


def band(level: float, trials: int) -> tuple[float, float]:
    """Least and largest share of a binomial count that has more than 2.5 % at it or beyond."""
    counts = np.arange(trials + 1)
    at_least = np.append(special.betainc(np.maximum(counts[1:], 1), trials - counts[1:] + 1, level), 0.0)
    at_least = np.insert(at_least, 0, 1.0)  # P(X ≥ k) for k = 0 … trials + 1
    lowest = int(np.argmax(1.0 - at_least[1:] > _OUTSIDE))
    highest = int(np.flatnonzero(at_least[:-1] > _OUTSIDE)[-1])
    return lowest / trials, highest / trials


def _report(
    score_of: Callable[[Key], Detection], real: Detection, keys: list[Key], *, rounds: int, is_exact: bool
) -> DecoyReport:
    found = sorted(score_of(key).log10_p for key in keys)
    return DecoyReport(
        keys=len(keys),
        rounds=rounds,
        monte_carlo_p=(1 + sum(one <= real.log10_p for one in found)) / (1 + len(found)),
        cells=tuple(_cell(found, level) for level in _LEVELS),
        log10_p=tuple(found),
        is_exact=is_exact,
    )


def _cell(found: list[float], level: float) -> Cell:
    share = sum(10.0**one <= level for one in found) / len(found)
    lowest, highest = band(level, len(found))
    return Cell(level=level, share=share, lowest=lowest, highest=highest)
