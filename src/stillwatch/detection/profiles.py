"""Profiles of accounts: what they ask for, as the mean of their prompts' similarity sketches.

A prompt's sketch is 128 signs of random projections; the mean over an account's prompts is a kernel mean embedding. Two
accounts that draw from one list have the same expected profile, and sampling noise of p(1 - p)/n in each coordinate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numba
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sknetwork.clustering import Louvain

from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene

if TYPE_CHECKING:
    from stillwatch.logs.window import Ints

Floats = npt.NDArray[np.float64]

LEAST_PROMPTS: Final = 8
_NEIGHBOURS: Final = 12
_MOST_MEAN_NOISE: Final = 1.25  # the same, on average over all pairs of two communities
_MOST_IN_COMPARISON: Final = 40
_MOST_NOISE: Final = 1.6  # squared distance over noise up to which two profiles may be one list's
_BLOCK: Final = 1024
_MOST_IN_BLOCK: Final = 20_000
_LEAST_VARIANCE: Final = 0.02


@numba.njit(cache=True)
def _add_bits(account: Any, first: Any, second: Any, out: Any) -> None:
    for row in range(account.shape[0]):
        who = account[row]
        a, b = np.uint64(first[row]), np.uint64(second[row])
        for bit in range(64):
            out[who, bit] += np.float32((a >> np.uint64(bit)) & np.uint64(1))
            out[who, 64 + bit] += np.float32((b >> np.uint64(bit)) & np.uint64(1))


def profiles(account: Ints, first: Ints, second: Ints, accounts: int) -> Floats:
    """Mean bits of each account's prompts, shape (accounts, 128); NaN for accounts with fewer than LEAST_PROMPTS."""
    out = np.zeros((accounts, 128), dtype=np.float32)
    _add_bits(account, first, second, out)
    counts = np.bincount(account, minlength=accounts).astype(np.float32)
    counts[counts < LEAST_PROMPTS] = np.nan
    return (out / counts[:, None]).astype(np.float64)


def group_spread(profile: Floats, counts: Ints) -> float:
    """Mean squared distance to the group's mean over what sampling alone gives; 1 = shards of one list."""
    weight = counts / counts.sum()
    centre = (profile * weight[:, None]).sum(axis=0)
    noise = float(np.maximum(centre * (1 - centre), _LEAST_VARIANCE).sum())
    squared = ((profile - centre) ** 2).sum(axis=1) * counts / (1 - weight)
    return float(max(np.mean(squared) / noise, 1e-3))


def alike_groups(scene: Scene) -> list[Ints]:
    """Groups of accounts with profiles alike: communities of the graph of mutual near neighbours.

    Cost is quadratic within a block of accounts that show the same request parameters, in matrix products; a block of
    more than `_MOST_IN_BLOCK` accounts is sampled.
    """
    has_profile = np.flatnonzero(~np.isnan(scene.profile[:, 0]))
    if len(has_profile) < LEAST_ACCOUNTS:
        return []
    if len(has_profile) > _MOST_IN_BLOCK:
        has_profile = np.sort(np.random.default_rng(scene.seed).choice(has_profile, _MOST_IN_BLOCK, replace=False))
    rows, columns = _near_pairs(scene.profile[has_profile], scene.population.exchanges[has_profile])
    if len(rows) == 0:
        return []
    size = len(has_profile)
    graph = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(size, size)).tocsr()  # sknetwork knows no arrays
    graph = graph + graph.T
    labels = Louvain(random_state=scene.seed, resolution=1.0).fit_predict(graph)
    labels = _joined(labels, rows, columns, scene.profile[has_profile], scene.population.exchanges[has_profile])
    tied = np.flatnonzero(np.diff(graph.indptr) > 0)
    groups = [has_profile[tied[labels[tied] == label]] for label in np.unique(labels[tied])]
    return [np.sort(group).astype(np.int64) for group in groups if len(group) >= LEAST_ACCOUNTS]


def _joined(labels: Ints, rows: Ints, columns: Ints, profile: Floats, counts: Ints) -> Ints:
    """Join neighbouring communities that are shards of one list: modularity cuts a large even group into pieces.

    Two are joined where their members, taken across, are on average as far apart as sampling alone makes them.
    """
    sides = np.unique(np.sort(np.stack([labels[rows], labels[columns]]), axis=0), axis=1)
    left, right = sides[:, sides[0] != sides[1]]
    one_list = np.array(
        [
            _mean_noise(profile, counts, labels == first, labels == second) <= _MOST_MEAN_NOISE
            for first, second in zip(left, right, strict=True)
        ],
        dtype=np.bool_,
    )
    size = int(labels.max()) + 1
    graph = coo_matrix((np.ones(int(one_list.sum())), (left[one_list], right[one_list])), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][labels], np.int64)


def _mean_noise(profile: Floats, counts: Ints, first: npt.NDArray[np.bool_], second: npt.NDArray[np.bool_]) -> float:
    """Mean squared distance between members of two communities over what sampling alone gives: 1 = one list."""
    left, right = np.flatnonzero(first)[:_MOST_IN_COMPARISON], np.flatnonzero(second)[:_MOST_IN_COMPARISON]
    inner = np.maximum(profile * (1 - profile), _LEAST_VARIANCE).sum(axis=1) / counts
    distance = ((profile[left][:, None] - profile[right][None]) ** 2).sum(axis=2)
    return float((distance / (inner[left][:, None] + inner[right][None])).mean())


def _near_pairs(profile: Floats, counts: Ints) -> tuple[Ints, Ints]:
    """Pairs whose distance is within noise and who are among each other's nearest."""
    count = len(profile)
    small = profile.astype(np.float32)  # distances are far above single precision, and products take half the time
    noise = float(np.maximum(profile.mean(axis=0) * (1 - profile.mean(axis=0)), _LEAST_VARIANCE).sum())
    inner = np.maximum(profile * (1 - profile), _LEAST_VARIANCE).sum(
        axis=1
    )  # each account's own noise: templates vary less
    squares = (small**2).sum(axis=1)
    wanted = min(_NEIGHBOURS, count - 1)
    rows, columns = [], []
    for start in range(0, count, _BLOCK):
        end = min(count, start + _BLOCK)
        distance = squares[start:end, None] + squares[None, :] - 2 * small[start:end] @ small.T
        expected = (inner / counts)[start:end, None] + (inner / counts)[None, :]
        ratio = distance / np.minimum(expected, 2 * noise)
        ratio[np.arange(end - start), np.arange(start, end)] = np.inf
        nearest = np.argpartition(ratio, wanted - 1, axis=1)[:, :wanted]
        near = np.take_along_axis(ratio, nearest, axis=1) <= _MOST_NOISE
        rows.append(np.repeat(np.arange(start, end), wanted)[near.ravel()])
        columns.append(nearest.ravel()[near.ravel()])
    left, right = np.concatenate(rows), np.concatenate(columns)
    forward = left * count + right
    mutual = np.isin(forward, right * count + left)
    keep = mutual & (left < right)
    return left[keep].astype(np.int64), right[keep].astype(np.int64)
