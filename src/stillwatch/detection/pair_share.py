"""How often two accounts drawn at random share a repeated key: what a shared template is held against.

Only the accounts that were drawn are looked at, so the cost is one pass over the key rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numba
import numpy as np

if TYPE_CHECKING:
    from stillwatch.logs.window import Shares

_PAIRS: Final = 20_000
_SEED: Final = 11
_LEAST_USES: Final = 2


def pair_share(shares: Shares, accounts: int) -> float:
    """Chance that two accounts drawn at random share a repeated key: an upper bound over keys, by kind's largest."""
    if len(shares.key) == 0 or accounts < 2:
        return 0.0
    pairs = np.random.default_rng(_SEED).integers(0, accounts, (_PAIRS, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    is_drawn = np.zeros(accounts, np.bool_)
    is_drawn[pairs] = True
    kept = (shares.exchanges >= _LEAST_USES) & is_drawn[shares.account]
    account, key = shares.account[kept], shares.key[kept]
    order = np.lexsort((key, account))
    account, key = account[order], key[order]
    starts = np.searchsorted(account, pairs, side="left")
    ends = np.searchsorted(account, pairs, side="right")
    return float(_meeting(key, starts, ends) / len(pairs))


@numba.njit(cache=True)
def _meeting(key: Any, starts: Any, ends: Any) -> int:
    """In how many of the pairs the two ascending runs of keys have one in common."""
    found = 0
    for pair in range(starts.shape[0]):
        left, right = starts[pair, 0], starts[pair, 1]
        while left < ends[pair, 0] and right < ends[pair, 1]:
            if key[left] == key[right]:
                found += 1
                break
            if key[left] < key[right]:
                left += 1
            else:
                right += 1
    return found
