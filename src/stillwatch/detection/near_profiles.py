"""Pairs of accounts whose profiles are within noise of one another, without looking at every pair.

A few thousand accounts are compared all with all. More are cut into leaves of a random projection forest (Dasgupta and
Freund 2008): each tree halves the accounts at the median along the line through two of them, until a leaf is small; in
a leaf all are compared. Accounts of one list lie together whatever the line, so nearly all of them share a leaf in one
tree or another. The cost is linear in the accounts, times the size of a leaf.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.window_rows import Ints

Floats = npt.NDArray[np.floating[Any]]

LEAST_VARIANCE: Final = 0.02
_NEIGHBOURS: Final = 12
_MOST_NOISE: Final = 1.6  # squared distance over noise up to which two profiles may be one list's
_MOST_COMPARED: Final = 4096
_LEAF: Final = 256
_TREES: Final = 4
_PLANE_DIMENSIONS: Final = 24  # the leading ones tell workloads apart; the rest is noise and costs time
_PLANE_SAMPLE: Final = 5000


class _Measure(NamedTuple):
    """What a distance needs of each account."""

    profile: npt.NDArray[np.float32]
    """Shape (n, 128); single precision is far below the noise, and products take half the time."""
    squares: npt.NDArray[np.float32]
    own_noise: npt.NDArray[np.float32]
    """What sampling alone gives, shape (n,): templates vary less, busy accounts too."""
    most_noise: float


def near_pairs(profile: Floats, counts: Ints, seed: int) -> tuple[Ints, Ints]:
    """Pairs whose distance is within noise and who are among each other's nearest, the smaller number on the left."""
    measure = _measure(profile, counts)
    size = len(profile)
    best = np.full((size, _NEIGHBOURS), np.inf, np.float32)
    nearest = np.full((size, _NEIGHBOURS), -1, np.int64)
    for leaf in _leaves(measure.profile, seed):
        _compare(measure, leaf, best, nearest)
    pairs: tuple[Ints, Ints] = _mutual(best, nearest)
    return pairs


def _measure(profile: Floats, counts: Ints) -> _Measure:
    small = profile.astype(np.float32)
    centre = profile.mean(axis=0, dtype=np.float64)
    noise = float(np.maximum(centre * (1 - centre), LEAST_VARIANCE).sum())
    inner = np.maximum(small * (1 - small), np.float32(LEAST_VARIANCE)).sum(axis=1)
    return _Measure(small, (small**2).sum(axis=1), (inner / counts).astype(np.float32), 2 * noise)


def _leaves(profile: npt.NDArray[np.float32], seed: int) -> Iterator[Ints]:
    """Sets of accounts to compare: everybody at once, or the leaves of every tree."""
    everyone = np.arange(len(profile))
    if len(profile) <= _MOST_COMPARED:
        yield everyone
        return
    random = np.random.default_rng(seed)
    flat = _flattened(profile, random)
    for _ in range(_TREES):
        waiting = [everyone]
        while waiting:
            part = waiting.pop()
            if len(part) <= _LEAF:
                yield part
                continue
            first, second = random.choice(part, 2, replace=False)
            along = flat[part] @ (flat[first] - flat[second])
            order = np.argpartition(along, len(part) // 2)
            waiting += [part[order[: len(part) // 2]], part[order[len(part) // 2 :]]]


def _flattened(profile: npt.NDArray[np.float32], random: np.random.Generator) -> npt.NDArray[np.float32]:
    """Coordinates along the leading principal axes of a sample, shape (n, `_PLANE_DIMENSIONS`)."""
    sample = profile[random.choice(len(profile), min(len(profile), _PLANE_SAMPLE), replace=False)]
    _, axes = np.linalg.eigh(np.cov(sample, rowvar=False))
    return np.asarray(profile @ axes[:, -_PLANE_DIMENSIONS:].astype(np.float32), np.float32)


def _compare(measure: _Measure, leaf: Ints, best: npt.NDArray[np.float32], nearest: Ints) -> None:
    """Compare all of a leaf with all, and remember each account's nearest in `best` and `nearest`."""
    count = len(leaf)
    profile, squares, noise = measure.profile[leaf], measure.squares[leaf], measure.own_noise[leaf]
    for start in range(0, count, _LEAF):
        rows = slice(start, min(count, start + _LEAF))
        ratio = profile[rows] @ profile.T
        ratio *= -2
        ratio += squares[rows, None]
        ratio += squares[None, :]
        ratio /= np.minimum(noise[rows, None] + noise[None, :], np.float32(measure.most_noise))
        ratio[np.arange(rows.stop - start), np.arange(start, rows.stop)] = np.inf
        _remember(leaf[rows], leaf, ratio, best, nearest)


@numba.njit(cache=True)
def _remember(rows: Any, others: Any, ratio: Any, best: Any, nearest: Any) -> None:
    """Put who is within noise among each row's nearest, unless it stands there already from another tree.

    Few are, so that the nearest need not be sought first.
    """
    for row in range(rows.shape[0]):
        who = rows[row]
        for column in range(others.shape[0]):
            distance = ratio[row, column]
            if distance > _MOST_NOISE:
                continue
            worst = best[who].argmax()
            if distance < best[who, worst] and not (nearest[who] == others[column]).any():
                best[who, worst], nearest[who, worst] = distance, others[column]


@numba.njit(cache=True)
def _mutual(best: Any, nearest: Any) -> Any:
    """Pairs in which each is among the other's nearest, the smaller number on the left; in order."""
    size, most = best.shape
    left, right = np.empty(size * most, np.int64), np.empty(size * most, np.int64)
    count = 0
    for who in range(size):
        for column in range(most):
            other = nearest[who, column]
            if other > who and (nearest[other] == who).any():
                left[count], right[count] = who, other
                count += 1
    return left[:count].copy(), right[:count].copy()
