"""What the clock says, and how far it can be believed: the kernel's own word on whether it follows another clock.

>>> reading = read_clock()
>>> sorted(reading.plain())
['boot_monotonic_s', 'is_synchronised', 'may_err_s', 'offset_s', 'source']
"""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

_SOURCE: Final = Path("/sys/devices/system/clocksource/clocksource0/current_clocksource")
_UNSYNCHRONISED: Final = 0x0040
"""STA_UNSYNC of Linux."""
_NANOSECONDS: Final = 0x2000
"""STA_NANO: the offset is in nanoseconds, not in microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    at: datetime
    boot_monotonic_s: float
    """Seconds since the machine was started: cannot be set, so two readings of one run show whether the clock was."""
    source: str
    """The counter that it runs on; empty where nobody tells."""
    is_synchronised: bool | None
    """Whether a daemon holds it to another clock, as the kernel was told; None where nobody tells."""
    offset_s: float | None
    """From that other clock."""
    may_err_s: float | None
    """At the most, as the kernel reckons."""

    def plain(self) -> dict[str, Any]:
        """As it stands in statements; numbers as text, since canonical JSON has no decimal fractions of its own."""
        return {
            "boot_monotonic_s": f"{self.boot_monotonic_s:.3f}",
            "source": self.source,
            "is_synchronised": self.is_synchronised,
            "offset_s": None if self.offset_s is None else f"{self.offset_s:.6f}",
            "may_err_s": None if self.may_err_s is None else f"{self.may_err_s:.6f}",
        }


class _Timex(ctypes.Structure):
    """`struct timex` of Linux, as `adjtimex(2)` fills it in when asked with modes 0."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def read_clock() -> ClockReading:
    """Read it now."""
    asked = _Timex()
    try:
        is_told = ctypes.CDLL(None).adjtimex(ctypes.byref(asked)) >= 0
    except (AttributeError, OSError):
        is_told = False
    unit = 1e-9 if asked.status & _NANOSECONDS else 1e-6
    return ClockReading(
        at=datetime.now(UTC),
        boot_monotonic_s=time.monotonic(),
        source=_SOURCE.read_text("utf-8").strip() if _SOURCE.exists() else "",
        is_synchronised=not asked.status & _UNSYNCHRONISED if is_told else None,
        offset_s=asked.offset * unit if is_told else None,
        may_err_s=asked.maxerror * 1e-6 if is_told else None,
    )
