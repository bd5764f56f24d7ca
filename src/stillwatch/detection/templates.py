"""Gather shared keys into templates: a template shows as many keys with nearly the same accounts.

A fleet's template leaves a dozen keys (its first and last words, its rare runs of words, its layout), each used by the
same accounts. Keys whose sets of accounts agree are one hub; one key by itself would count the same tie many times
over. Sets are compared by min-hash (Broder 1997), so the cost grows with the rows of the key table, never with pairs.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.detection.link import Hub
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene
from stillwatch.logs.window_rows import Ints, Shares

LEAST_USES: Final = 1.5  # exchanges a key and account; below it the key is a shared prompt, not a template
_BANDS: Final = 4  # each of two min-hashes: keys meet with probability 1 - (1 - J²)^4
_LEAST_KEY_SHARE: Final = 0.25  # an account belongs to a template when it has this share of its keys
_LEAST_EXCHANGES: Final = 40
_LEAST_TRAFFIC_SHARE: Final = 0.02


def template_hubs(scene: Scene) -> list[Hub]:
    """Hubs of the key table, the strongest first."""
    shares = _repeated(scene.shares)
    if len(shares.key) == 0:
        return []
    key_no, starts = _number_keys(shares)
    component = _agreeing_keys(shares.account, starts, scene.accounts)
    return _hubs(shares, component[key_no], starts, component, scene.population.exchanges)


def _repeated(shares: Shares) -> Shares:
    """Keep keys that accounts use again and again, in order of key."""
    order = np.lexsort((shares.account, shares.key, shares.kind))
    sorted_shares = Shares(*(column[order] for column in shares))
    key_no, starts = _number_keys(sorted_shares)
    used = np.add.reduceat(sorted_shares.exchanges, starts) if len(starts) else np.zeros(0, np.int64)
    accounts = np.diff(np.append(starts, len(sorted_shares.key)))
    keep = (used >= LEAST_USES * accounts)[key_no] if len(starts) else np.zeros(0, np.bool_)
    return Shares(*(column[keep] for column in sorted_shares))


def _number_keys(shares: Shares) -> tuple[Ints, Ints]:
    """Number the keys of sorted rows; give each row's number and each key's first row."""
    if len(shares.key) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    is_new = np.append(True, (np.diff(shares.key) != 0) | (np.diff(shares.kind) != 0))
    return np.cumsum(is_new) - 1, np.flatnonzero(is_new)


def _agreeing_keys(account: Ints, starts: Ints, accounts: int) -> Ints:
    """Give each key the number of its component: keys that meet in a band of equal min-hashes."""
    random = np.random.default_rng(7)
    left, right = [], []
    sizes = np.diff(np.append(starts, len(account)))
    for _ in range(_BANDS):
        bands = [np.minimum.reduceat(random.permutation(accounts)[account], starts) for _ in range(2)]
        # Sets of very different size cannot agree: the size class is part of the band.
        size_class = np.round(np.log2(sizes)).astype(np.int64)
        order = np.lexsort((size_class, bands[1], bands[0]))
        same = (np.diff(bands[0][order]) == 0) & (np.diff(bands[1][order]) == 0) & (np.diff(size_class[order]) == 0)
        left.append(order[:-1][same])
        right.append(order[1:][same])
    rows, columns = np.concatenate(left), np.concatenate(right)
    graph = coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(len(starts), len(starts)))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _hubs(shares: Shares, row_component: Ints, starts: Ints, component: Ints, all_exchanges: Ints) -> list[Hub]:
    order = np.lexsort((shares.account, row_component))
    part, account, uses = row_component[order], shares.account[order], shares.exchanges[order]
    is_new = np.append(True, (np.diff(part) != 0) | (np.diff(account) != 0))
    first = np.flatnonzero(is_new)
    most_uses = np.maximum.reduceat(uses, first)
    keys_held = np.diff(np.append(first, len(part)))
    part, account = part[first], account[first]
    keys_of_part = np.bincount(component)
    belongs = keys_held >= np.maximum(1, _LEAST_KEY_SHARE * keys_of_part[part])
    part, account, most_uses = part[belongs], account[belongs], most_uses[belongs]
    bounds = np.flatnonzero(np.append(True, np.diff(part) != 0)) if len(part) else np.zeros(0, np.int64)
    by_component = np.argsort(component, kind="stable")
    key_bounds = np.searchsorted(component[by_component], np.arange(component.max() + 2))
    out = []
    for start, end in zip(bounds, np.append(bounds[1:], len(part)), strict=True):
        members, counts = account[start:end], most_uses[start:end]
        traffic = counts / all_exchanges[members]
        if (
            len(members) < LEAST_ACCOUNTS
            or counts.sum() < _LEAST_EXCHANGES
            or np.median(traffic) < _LEAST_TRAFFIC_SHARE
        ):
            continue
        keys = by_component[key_bounds[part[start]] : key_bounds[part[start] + 1]]
        out.append(Hub(members, counts, shares.kind[starts[keys]], shares.key[starts[keys]]))
    return sorted(
        out,
        key=lambda hub: -float(np.log(hub.exchanges.sum()) * np.median(hub.exchanges / all_exchanges[hub.accounts])),
    )
