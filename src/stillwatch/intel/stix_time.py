"""Moments as STIX writes them: UTC, three digits of a second.

>>> from datetime import datetime, UTC
>>> stix_time(datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC))
'2026-01-02T03:04:05.678Z'
"""

from __future__ import annotations

from datetime import UTC, datetime


def stix_time(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC, whatever offset it came with.

    Raises:
        OverflowError: It has none there: on the first or last day that there is.
    """
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
