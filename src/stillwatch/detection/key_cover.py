"""How well a group's keys cover it: in a template each key is used by nearly all of its accounts.

Accounts that merely share common phrases form a hub too, of many keys each used by a part of them. The measure tells
the two apart whatever the number of templates: a fleet that uses ten templates uses each of them on every account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

_MOST_KEYS: Final = 200


def key_cover(scene: Scene, suspects: Suspects) -> float:
    """Share of the accounts that use a key of the group, averaged over its keys by their use; 1 where it has no
    keys.
    """
    keys = suspects.events.keys[:_MOST_KEYS]
    if len(keys) == 0:
        return 1.0
    shares = scene.shares
    is_member = np.zeros(scene.accounts, np.bool_)
    is_member[suspects.accounts] = True
    users, uses = np.zeros(len(keys)), np.zeros(len(keys))
    starts, ends = np.searchsorted(shares.key, keys, side="left"), np.searchsorted(shares.key, keys, side="right")
    for place, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        inside = is_member[shares.account[start:end]]
        users[place] = inside.sum()
        uses[place] = shares.exchanges[start:end][inside].sum()
    return float((users * uses).sum() / max(1.0, uses.sum()) / suspects.size)
