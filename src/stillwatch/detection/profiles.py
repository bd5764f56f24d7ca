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

from stillwatch.detection.near_profiles import LEAST_VARIANCE, near_pairs
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene

if TYPE_CHECKING:
    from stillwatch.logs.window_rows import Ints

LEAST_PROMPTS: Final = 8
_MOST_MEAN_NOISE: Final = 1.25  # the same, on average over all pairs of two communities
_MOST_IN_COMPARISON: Final = 40


@numba.njit(cache=True)
def _add_bits(account: Any, first: Any, second: Any, out: Any) -> None:
    for row in range(account.shape[0]):
        who = account[row]
        a, b = np.uint64(first[row]), np.uint64(second[row])
        for bit in range(64):
            out[who, bit] += np.float32((a >> np.uint64(bit)) & np.uint64(1))
            out[who, 64 + bit] += np.float32((b >> np.uint64(bit)) & np.uint64(1))


def profiles(account: Ints, first: Ints, second: Ints, accounts: int) -> npt.NDArray[np.float32]:
    """Mean bits of each account's prompts, shape (accounts, 128); NaN for accounts with fewer than LEAST_PROMPTS.

    Single precision: a million accounts are half a gigabyte.
    """
    out = np.zeros((accounts, 128), dtype=np.float32)
    _add_bits(account, first, second, out)
    counts = np.bincount(account, minlength=accounts).astype(np.float32)
    counts[counts < LEAST_PROMPTS] = np.nan
    out /= counts[:, None]
    return out


def group_spread(profile: npt.NDArray[np.floating[Any]], counts: Ints) -> float:
    """Mean squared distance to the group's mean over what sampling alone gives; 1 = shards of one list."""
    profile = profile.astype(np.float64)
    weight = counts / counts.sum()
    centre = (profile * weight[:, None]).sum(axis=0)
    noise = float(np.maximum(centre * (1 - centre), LEAST_VARIANCE).sum())
    squared = ((profile - centre) ** 2).sum(axis=1) * counts / (1 - weight)
    return float(max(np.mean(squared) / noise, 1e-3))


def alike_groups(scene: Scene) -> list[Ints]:
    """Groups of accounts with profiles alike, the busiest first: communities of the graph of mutual near neighbours."""
    has_profile = scene.tallies.profiled
    if len(has_profile) < LEAST_ACCOUNTS:
        return []
    profile, counts = scene.profile[has_profile], scene.population.exchanges[has_profile]
    rows, columns = near_pairs(profile, counts, scene.seed)
    if len(rows) == 0:
        return []
    tied, place = np.unique(np.concatenate([rows, columns]), return_inverse=True)
    left, right = place[: len(rows)], place[len(rows) :]
    graph = coo_matrix((np.ones(len(left)), (left, right)), shape=(len(tied), len(tied))).tocsr()  # no arrays there
    labels = Louvain(random_state=scene.seed, resolution=1.0).fit_predict(graph + graph.T)
    labels = _joined(labels, left, right, (profile[tied], counts[tied]))
    groups = [has_profile[tied[group]] for group in _by_label(labels)]
    large = [np.sort(group).astype(np.int64) for group in groups if len(group) >= LEAST_ACCOUNTS]
    return sorted(large, key=lambda group: -int(scene.population.exchanges[group].sum()))


def _by_label(labels: Ints) -> list[Ints]:
    """The places of each label, ascending, in order of the label."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def _joined(labels: Ints, rows: Ints, columns: Ints, sample: tuple[npt.NDArray[np.floating[Any]], Ints]) -> Ints:
    """Join neighbouring communities that are shards of one list: modularity cuts a large even group into pieces.

    Two are joined where their members, taken across, are on average as far apart as sampling alone makes them.
    """
    profile, counts = sample
    labels = np.unique(labels, return_inverse=True)[1]
    sides = np.unique(np.sort(np.stack([labels[rows], labels[columns]]), axis=0), axis=1)
    left, right = sides[:, sides[0] != sides[1]]
    members = [group[:_MOST_IN_COMPARISON] for group in _by_label(labels)]
    one_list = np.array(
        [
            _mean_noise(profile, counts, members[first], members[second]) <= _MOST_MEAN_NOISE
            for first, second in zip(left, right, strict=True)
        ],
        dtype=np.bool_,
    )
    size = int(labels.max()) + 1
    graph = coo_matrix((np.ones(int(one_list.sum())), (left[one_list], right[one_list])), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1][labels], np.int64)


def _mean_noise(profile: npt.NDArray[np.floating[Any]], counts: Ints, left: Ints, right: Ints) -> float:
    """Mean squared distance between members of two communities over what sampling alone gives: 1 = one list."""
    one, other = profile[left], profile[right]
    noise = [
        np.maximum(side * (1 - side), LEAST_VARIANCE).sum(axis=1) / counts[who]
        for side, who in ((one, left), (other, right))
    ]
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None] - 2 * one @ other.T
    return float((squares / (noise[0][:, None] + noise[1][None])).mean())
