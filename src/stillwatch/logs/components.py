"""Which accounts hang together: connected components of hundreds of millions of accounts, in eight bytes each.

    whole = Components(4)
    whole.join(np.array([0, 2]), np.array([1, 3]))
    whole.labels()  # 0, 0, 2, 2

Ties come in batches and are forgotten at once: disjoint sets, linked to the smaller number and halved on the way up
(Tarjan and van Leeuwen 1984). The labels depend on the ties alone, not on their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

if TYPE_CHECKING:
    from stillwatch.logs.window_rows import Ints


class Components:
    """Accounts 0 to n - 1, each alone until it is joined."""

    def __init__(self, accounts: int) -> None:
        self._parent = np.arange(accounts, dtype=np.int64)

    def join(self, left: Ints, right: Ints) -> None:
        """Tie each account of `left` to the one at its place in `right`, both of shape (m,)."""
        _join(self._parent, left, right)

    def labels(self) -> Ints:
        """The smallest account of each account's component, shape (n,)."""
        return np.asarray(_flat(self._parent))

    def largest(self) -> int:
        """How many accounts the largest component has."""
        return int(np.bincount(self.labels()).max(initial=0))

    def copy(self) -> Components:
        """The same components, to be joined further without changing these."""
        made = Components(0)
        made._parent = self._parent.copy()
        return made


@numba.njit(cache=True)
def _top(parent: Any, account: Any) -> Any:
    while parent[account] != account:
        parent[account] = parent[parent[account]]
        account = parent[account]
    return account


@numba.njit(cache=True)
def _join(parent: Any, left: Any, right: Any) -> None:
    for row in range(left.shape[0]):
        one, other = _top(parent, left[row]), _top(parent, right[row])
        if one < other:
            parent[other] = one
        else:
            parent[one] = other


@numba.njit(cache=True)
def _flat(parent: Any) -> Any:
    out = np.empty_like(parent)
    for account in range(parent.shape[0]):
        # A parent is never a larger number, so it has its label already.
        out[account] = account if parent[account] == account else out[parent[account]]
    return out
