"""Notice when the clock of the machine was set, forward or back, since its time was last looked at.

>>> wall, steady = iter([100.0, 101.0, 3702.0]), iter([5.0, 6.0, 7.0])
>>> steps = ClockSteps(lambda: next(wall), lambda: next(steady))
>>> steps.look(), steps.look()
(0.0, 3600.0)

A clock that nobody can set, which also counts while the machine sleeps, says how much time has really gone by.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_LEAST_S: Final = 1.0
"""What is less is a clock that is being slewed, or a thread that came late between two readings."""


def _steady() -> float:
    """Seconds since the machine was started."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class ClockSteps:
    """Compares a clock with a steady one from look to look; the first look is made here."""

    def __init__(self, clock: Callable[[], float], steady: Callable[[], float] = _steady) -> None:
        self._clock, self._steady = clock, steady
        self._apart_s = clock() - steady()

    def look(self) -> float:
        """By how many seconds the clock was set since the last step; 0 where it was not."""
        step_s = self._clock() - self._steady() - self._apart_s
        if abs(step_s) < _LEAST_S:
            return 0.0
        self._apart_s += step_s
        return step_s
