"""How often one member may ask: a bucket for each that fills at an even pace and holds a minute's worth.

>>> now = 0.0
>>> pace = Pace(60, lambda: now)
>>> [pace.wait_s("lab-a") for _ in range(61)][-2:], pace.wait_s("lab-b")
([0, 1], 0)
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Pace:
    """Names are those of members, so that there are no more buckets than members.

    Args:
        per_minute: Requests of one member.
        clock: Seconds.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_s, self._most, self._clock = per_minute / 60.0, float(per_minute), clock
        self._left: dict[str, tuple[float, float]] = {}

    def wait_s(self, name: str) -> int:
        """Count a request; 0 where it may be answered, else the seconds after which the next one may."""
        now = self._clock()
        left, at = self._left.get(name, (self._most, now))
        left = min(self._most, left + max(0.0, now - at) * self._per_s)
        if left < 1.0:
            self._left[name] = (left, now)
            return math.ceil((1.0 - left) / self._per_s)
        self._left[name] = (left - 1.0, now)
        return 0
