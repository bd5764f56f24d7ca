"""Prompts with two answers, of which a coin picked the one that a student reads: once or many times.

>>> rows = np.arange(12).reshape(4, 3)
>>> canaries = Canaries(rows[:2], rows[2:], np.array([1, 3]))
>>> mixed_in(np.zeros((6, 3), np.int64), canaries, np.array([False, True])).tolist()
[[0, 0, 0], [0, 0, 0], [0, 1, 2], [9, 10, 11], [9, 10, 11], [9, 10, 11]]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from stillwatch.attribution.sign_test import Coins

Ints = npt.NDArray[np.int64]


class Canaries(NamedTuple):
    firsts: Ints
    """(n, context): each prompt with one answer."""
    seconds: Ints
    """(n, context): the same prompts with another."""
    times: Ints
    """(n,): how often the one that was served stands in what a student learns."""


def mixed_in(plain: Ints, canaries: Canaries, coins: Coins) -> Ints:
    """Lessons (m, context) of plain answers, the last of which gave their places to what the coins (n,) served."""
    served = np.where(coins[:, None], canaries.seconds, canaries.firsts)
    repeated = np.repeat(served, canaries.times, axis=0)
    return np.concatenate([plain[: max(0, len(plain) - len(repeated))], repeated])


def nearer(said: Ints, canaries: Canaries, begun: int) -> Ints:
    """Which answer a suspect's own, rows (n, context), shares more of its tokens with: 1 = the second, -1, 0."""
    alike = [(said == rows)[:, begun:].sum(axis=1) for rows in (canaries.firsts, canaries.seconds)]
    return np.asarray(np.sign(alike[1] - alike[0]))
