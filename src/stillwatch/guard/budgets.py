"""How much of a budget is left, in flat arrays: a GCRA for each account, key or campaign.

>>> from stillwatch.core.decision import Charge
>>> budgets = Budgets(capacity=8)
>>> charge = Charge(budget=budget_key("campaign", "c-1"), interval_s=60.0, burst=1)
>>> budgets.wait_s(charge, at=0.0), budgets.book(charge, at=0.0), budgets.wait_s(charge, at=1.0)
(0.0, 60.0, 59.0)

The generic cell rate algorithm keeps one number a budget, its theoretical arrival time (TAT): the moment at which the
budget would be whole again. A unit may be taken at `t` while TAT - t ≤ (burst - 1) · interval, and moves TAT on by one
interval (ITU-T I.371, annex A). Reading and booking are apart, so that a decision stays a pure function.

Where the clock is set back, budgets look spent that are not: whoever notices moves them with it (`shift`). Until then a
wait is no longer than two bursts (of a token budget, an hour more, since one reply may cost so much).
"""

from __future__ import annotations

import array
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import xxhash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from stillwatch.core.decision import Charge
    from stillwatch.guard.shared_arrays import SharedArrays

_ROUNDING_S: Final = 1e-4
"""Seconds since 1970 are held to 2.4e-7; a row of bookings adds that up."""
_LONGEST_REPLY_S: Final = 3600.0
_PROBES: Final = 16
"""How far from its place a budget is looked for: a full table costs no more than this."""


class Level(NamedTuple):
    """The state of one budget, as it is stored and sent to other guards."""

    budget: int
    whole_at: float
    """Theoretical arrival time, seconds since 1970 UTC."""


def budget_key(per: str, value: str) -> int:
    """The number of a budget; never 0."""
    return xxhash.xxh3_64_intdigest(f"{per}\x1f{value}".encode("utf-8", "surrogatepass")) or 1


class Budgets:
    """Levels of up to `capacity` budgets (a power of two); 16 bytes each, whatever their number.

    Where all places near a budget's own are taken by budgets that are not whole again, the one that will be whole
    first gives way; `displaced` counts how often, and whoever was displaced begins with a whole budget.

    Processes that share arrays (`shared`) share budgets: each booking counts for all at once. What two of them grant at
    the same instant may be one too many a process; it is booked, so the budget refuses until it is paid off.
    """

    def __init__(self, capacity: int = 2**20, *, shared: SharedArrays | None = None) -> None:
        if capacity < _PROBES // 2 or capacity & (capacity - 1):
            raise ValueError(f"{capacity} is no power of two, or too small")
        self._keys: Any = shared.take("Q", capacity) if shared else array.array("Q", bytes(8 * capacity))
        self._whole_at: Any = shared.take("d", capacity) if shared else array.array("d", bytes(8 * capacity))
        self._changing: AbstractContextManager[object] = shared or nullcontext()
        self._mask = capacity - 1
        self._listeners: tuple[Callable[[int, float], None], ...] = ()
        self.displaced = 0

    def tell(self, listener: Callable[[int, float], None]) -> None:
        """Call it with each booking from now on: the budget, and the seconds that were added; it must be quick."""
        self._listeners = (*self._listeners, listener)

    def wait_s(self, charge: Charge, at: float) -> float:
        """Seconds until the charge can be borne; 0 = now. Changes nothing."""
        free = charge.burst if charge.counts_tokens else charge.burst - 1
        wait_s = self._ahead_s(charge, at) - free * charge.interval_s
        return wait_s if wait_s > _ROUNDING_S else 0.0

    def book(self, charge: Charge, at: float) -> float:
        """Take the charge's units; give the new theoretical arrival time."""
        added_s = charge.interval_s * charge.units
        with self._changing:
            whole_at = self._enter(Level(charge.budget, at + self._ahead_s(charge, at) + added_s), at)
        for listener in self._listeners:
            listener(charge.budget, added_s)
        return whole_at

    def _ahead_s(self, charge: Charge, at: float) -> float:
        """Seconds until the budget is whole."""
        most_s = 2 * charge.burst * charge.interval_s + (_LONGEST_REPLY_S if charge.counts_tokens else 0.0)
        return min(max(0.0, self.whole_at(charge.budget) - at), most_s)

    def whole_at(self, budget: int) -> float:
        place = self._find(budget)
        return self._whole_at[place] if place >= 0 else 0.0

    def set(self, level: Level, at: float) -> float:
        """Enter a level as it stands elsewhere."""
        with self._changing:
            return self._enter(level, at)

    def raise_to(self, level: Level, at: float) -> None:
        """Enter a level as it was left, such as by an earlier process; where it is known to be higher, it stays."""
        with self._changing:
            if level.whole_at > self.whole_at(level.budget):
                self._enter(level, at)

    def shift(self, by_s: float) -> None:
        """Move all levels, as the clock that they are told by was moved; a walk over the whole table."""
        with self._changing:
            for place, whole_at in enumerate(self._whole_at):
                if whole_at:
                    self._whole_at[place] = max(0.0, whole_at + by_s)

    def levels(self, at: float) -> Iterator[Level]:
        """All budgets that are not whole at a time; a walk over the whole table, 0.1 s for a million."""
        for key, whole_at in zip(self._keys, self._whole_at, strict=True):
            if key and whole_at > at:
                yield Level(key, whole_at)

    def _enter(self, level: Level, at: float) -> float:
        place = self._place(level.budget, at)
        if self._keys[place] != level.budget:
            self._keys[place] = 0  # lest another process reads the level of whoever gives way as this one's
        self._whole_at[place] = level.whole_at
        self._keys[place] = level.budget
        return level.whole_at

    def _find(self, budget: int) -> int:
        keys, mask = self._keys, self._mask
        for step in range(_PROBES):
            place = (budget + step) & mask
            if keys[place] == budget:
                return place
        return -1

    def _place(self, budget: int, at: float) -> int:
        """Its place, or the best one to take: an empty one, or that of the budget which is whole first."""
        if (place := self._find(budget)) >= 0:
            return place
        near = [(budget + step) & self._mask for step in range(_PROBES)]
        for place in near:
            if not self._keys[place]:
                return place
        place = min(near, key=self._whole_at.__getitem__)
        self.displaced += self._whole_at[place] > at
        return place
