"""How often two accounts drawn at random share a repeated key: what a shared template is held against.

Only the accounts that were drawn are looked at, so the cost is one pass over the key rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numba
import numpy as np

if TYPE_CHECKING:
    from stillwatch.logs.window_rows import Ints, Shares

_PAIRS: Final = 20_000
_SEED: Final = 11
_LEAST_USES: Final = 2
_LEAST_SHARE: Final = 1e-4  # twenty thousand pairs tell no smaller one


class PairShare(NamedTuple):
    """What pairs of accounts drawn at random have in common."""

    rarest: Ints
    """For each pair that shares a key: on how many accounts the rarest of them is; ascending."""
    pairs: int
    """Drawn in all."""

    def of(self, most_accounts: float) -> float:
        """Chance that two accounts share a repeated key that is on at most so many accounts."""
        found = int(np.searchsorted(self.rarest, most_accounts, side="right"))
        return min(1.0, max(_LEAST_SHARE, found / max(1, self.pairs)))


def pair_share(shares: Shares, accounts: int) -> PairShare:
    """Draw pairs of accounts and see which repeated keys they share."""
    if len(shares.key) == 0 or accounts < 2:
        return PairShare(np.zeros(0, np.int64), 0)
    pairs = np.random.default_rng(_SEED).integers(0, accounts, (_PAIRS, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    is_drawn = np.zeros(accounts, np.bool_)
    is_drawn[pairs] = True
    is_repeated = shares.exchanges >= _LEAST_USES
    keys, number, holders = np.unique(shares.key[is_repeated], return_inverse=True, return_counts=True)
    del keys
    drawn = is_drawn[shares.account[is_repeated]]
    account, number = shares.account[is_repeated][drawn], number[drawn]
    order = np.lexsort((number, account))
    account, number = account[order], number[order]
    starts = np.searchsorted(account, pairs, side="left")
    ends = np.searchsorted(account, pairs, side="right")
    rarest = _rarest(number, holders.astype(np.int64), starts, ends)
    return PairShare(np.sort(rarest[rarest > 0]), len(pairs))


@numba.njit(cache=True)
def _rarest(key: Any, holders: Any, starts: Any, ends: Any) -> Any:
    """For each of the pairs, the holders of the rarest key that the two ascending runs of keys share; 0 = none."""
    out = np.zeros(starts.shape[0], np.int64)
    for pair in range(starts.shape[0]):
        left, right = starts[pair, 0], starts[pair, 1]
        while left < ends[pair, 0] and right < ends[pair, 1]:
            if key[left] == key[right]:
                count = holders[key[left]]
                if out[pair] == 0 or count < out[pair]:
                    out[pair] = count
                left += 1
                right += 1
            elif key[left] < key[right]:
                left += 1
            else:
                right += 1
    return out
