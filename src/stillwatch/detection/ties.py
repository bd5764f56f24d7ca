"""Components of a graph of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from stillwatch.logs.window_rows import Ints


def components(left: Ints, right: Ints, nodes: int, least: int) -> list[Ints]:
    """Connected accounts, in groups of at least `least`, each ascending; `left` and `right`, shape (m,), are the
    ties.
    """
    if len(left) == 0:
        return []
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(nodes, nodes))
    labels = connected_components(graph, directed=False)[1]
    tied = np.union1d(left, right)
    order = tied[np.argsort(labels[tied], kind="stable")]
    bounds = np.flatnonzero(np.append(True, np.diff(labels[order]) != 0))
    groups = [
        np.sort(order[start:end]).astype(np.int64)
        for start, end in zip(bounds, np.append(bounds[1:], len(order)), strict=True)
    ]
    return [group for group in groups if len(group) >= least]


def stars(account: Ints, key: Ints, *, least: int, most: int) -> list[Ints]:
    """Accounts that share a value held by between `least` and `most` accounts; rows are (account, key), 0 = no
    value.
    """
    rows = np.unique(np.stack([key, account])[:, key != 0], axis=1)
    if rows.shape[1] == 0:
        return []
    bounds = np.flatnonzero(np.append(True, np.diff(rows[0]) != 0))
    ends = np.append(bounds[1:], rows.shape[1])
    return [rows[1, start:end] for start, end in zip(bounds, ends, strict=True) if least <= end - start <= most]
