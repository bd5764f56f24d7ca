"""Times as logs write them, to nanoseconds since 1970 UTC.

>>> time_ns("2026-03-01 09:00:00")
1772355600000000000
>>> time_ns(1772355600.25)
1772355600250000000
>>> time_ns("yesterday") is None
True
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Final

_UTC: Final = dt.UTC
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=_UTC)
_INT64_MAX: Final = 2**63 - 1
_SCALES: Final = ((10**11, 10**9), (10**14, 10**6), (10**17, 10**3), (_INT64_MAX, 1))
"""Below the first number, one unit is the second number of nanoseconds: seconds, ms, µs, ns."""
_UUID_LENGTH: Final = 36


def time_ns(value: Any) -> int | None:
    """Nanoseconds since 1970 UTC of ISO text, epoch s/ms/µs/ns as a number or as text, a UUIDv7, or a datetime.

    A time without a zone is UTC. None when it is none of these, not positive, or past what int64 holds (year 2262).
    """
    if type(value) is float and 0 < value < _SCALES[0][0]:
        return round(value * 1e6) * 1000  # a double holds epoch seconds to the microsecond, no finer
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, dt.datetime):
        return _from_datetime(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return _from_int(value)
    return _from_float(value) if isinstance(value, float) else None


def start_ns(value: Any) -> int:
    """As `time_ns`, for the one field that an exchange cannot do without.

    Raises:
        ValueError: It is no time.
    """
    found = time_ns(value)
    if found is None:
        raise ValueError("no start time")
    return found


def _from_int(value: int) -> int | None:
    if value <= 0:
        return None
    for limit, factor in _SCALES:
        if value < limit:
            return value * factor
    return None


def _from_float(value: float) -> int | None:
    if not math.isfinite(value) or not 0 < value < _INT64_MAX:
        return None
    if value < _SCALES[0][0]:
        return round(value * 1e6) * 1000
    return _from_int(round(value))


def _from_datetime(value: dt.datetime) -> int | None:
    try:
        since = (value if value.tzinfo else value.replace(tzinfo=_UTC)) - _EPOCH
    except (OverflowError, ValueError):
        return None
    total = ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1000
    return total if 0 < total <= _INT64_MAX else None


def _from_text(value: str) -> int | None:
    if len(value) == _UUID_LENGTH and value[14] == "7" and value[8] == "-":
        return _from_uuid7(value)
    if value.isascii() and value.isdigit():
        return _from_int(int(value)) if len(value) < 20 else None
    try:
        return _from_datetime(dt.datetime.fromisoformat(value.removesuffix(" UTC")))
    except ValueError:
        return _from_decimal_text(value)


def _from_decimal_text(value: str) -> int | None:
    try:
        return _from_float(float(value))
    except ValueError:
        return None


def _from_uuid7(value: str) -> int | None:
    try:
        return _from_int(int(value[:8] + value[9:13], 16) * 1_000_000)
    except ValueError:
        return None
