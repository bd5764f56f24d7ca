"""Fit stated confidence to what came true: from likeness and truth of accounts to the table that detection reads.

    fitted = fit_members([(-3.0, False), (4.0, True), (4.5, True)])

Accounts are counted in bins of likeness; the shares of the bins are made to rise with it by pooling neighbours that do
not (pool adjacent violators, Ayer et al. 1955). Half an account of each kind is added to a bin, so that none is sure.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_EDGES: Final = (-1000.0, -8.0, -4.0, -2.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1000.0)


class Fitted(NamedTuple):
    """One entry a bin, from the least alike."""

    begins: tuple[float, ...]
    accounts: tuple[int, ...]
    guilty: tuple[int, ...]
    posterior: tuple[float, ...]


def fit_members(seen: Sequence[tuple[float, bool]]) -> Fitted:
    """Fit to accounts: log-likelihood ratio of each, and whether it truly is the campaign's."""
    ratios = np.array([ratio for ratio, _ in seen], np.float64)
    truth = np.array([is_member for _, is_member in seen], np.bool_)
    chosen = [(ratios >= low) & (ratios < high) for low, high in pairwise(_EDGES)]
    accounts = [int(one.sum()) for one in chosen]
    guilty = [int(truth[one].sum()) for one in chosen]
    return Fitted(_EDGES[:-1], tuple(accounts), tuple(guilty), _rising(accounts, guilty))


def _rising(accounts: Sequence[int], guilty: Sequence[int]) -> tuple[float, ...]:
    """Share of each bin, never falling: a bin that would fall below the one before is pooled with it."""
    blocks: list[tuple[int, int, int]] = []  # accounts, guilty, bins
    for some, of_them in zip(accounts, guilty, strict=True):
        blocks.append((some, of_them, 1))
        while len(blocks) > 1 and _share(blocks[-2]) >= _share(blocks[-1]):
            last, before = blocks.pop(), blocks.pop()
            blocks.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    return tuple(round(_share(block), 4) for block in blocks for _ in range(block[2]))


def _share(block: tuple[int, int, int]) -> float:
    return (block[1] + 0.5) / (block[0] + 1)
