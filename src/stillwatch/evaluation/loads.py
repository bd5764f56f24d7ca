"""How much each account of a population really did, so that a twin can do exactly as much.

A twin that does more or less than the fleet is told from it by volume alone, whatever it asks, and proves nothing. With
`match_of`, each of its accounts takes over the load of an account of the fleet drawn at random: when it works and how
many exchanges it makes, after bans, retries and hand-overs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stillwatch.evaluation.arrivals import DAY_S
from stillwatch.evaluation.keys import Floats, Ints, mix

if TYPE_CHECKING:
    from stillwatch.evaluation.fate import Tenure
    from stillwatch.evaluation.rows import Rows


class Loads(NamedTuple):
    """One row an account that made exchanges."""

    start_s: Floats
    end_s: Floats
    exchanges: Ints
    turns: float
    """Mean exchanges of a conversation, retries left out."""

    def drawn(self, slots: int, retried_share: float, rng: np.random.Generator) -> tuple[tuple[Floats, Floats], Ints]:
        """Windows and conversation counts of so many slots; each load serves once before any serves twice.

        `retried_share` of the slots' own requests will be made again, and must not come on top.
        """
        count = len(self.exchanges)
        chosen = np.concatenate([rng.permutation(count) for _ in range(-(-slots // count))])[:slots]
        conversations = self.exchanges[chosen] / self.turns / (1 + retried_share)
        whole = np.floor(conversations + rng.random(slots)).astype(np.int64)
        return (self.start_s[chosen], self.end_s[chosen]), np.maximum(whole, 1)


def loads_of(parts: list[Rows], tenure: Tenure, window: tuple[Floats, Floats], days: float) -> Loads:
    """Loads of the accounts of a planned population: its rows block by block, and when each slot was to work."""
    account = np.concatenate([part.account for part in parts]).astype(np.int64)
    conversation = np.concatenate([part.conversation for part in parts])
    turn = np.concatenate([part.turn for part in parts])
    exchanges = np.bincount(account)
    begin, end = np.zeros(len(exchanges)), np.full(len(exchanges), days * DAY_S)
    _put(begin, tenure.account, window[0])
    _put(end, tenure.account, np.minimum(window[1], tenure.banned_s))
    _put(begin, tenure.successor, tenure.resumed_s)
    _put(end, tenure.successor, window[1])
    active = np.flatnonzero(exchanges)
    turns = len(np.unique(mix(conversation, turn))) / len(np.unique(conversation))
    return Loads(begin[active], np.maximum(end, begin + 60.0)[active], exchanges[active], turns)


def _put(target: Floats, accounts: Ints, values: Floats) -> None:
    """Set what is known of the accounts that have rows; -1 is nobody."""
    known = (accounts >= 0) & (accounts < len(target))
    target[accounts[known]] = values[known]
