"""The span of time that an export query is asked for, and how databases are told of it.

>>> span = Bounds(0, 86_400_000_000_000)
>>> str(span)
'1970-01-01T00:00:00Z to 1970-01-02T00:00:00Z'
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Bounds(NamedTuple):
    """Nanoseconds since 1970 UTC: from the first up to but without the second."""

    since: int
    until: int

    def moments(self) -> tuple[datetime, datetime]:
        """Both as datetimes, to the microsecond."""
        return moment(self.since), moment(self.until)

    def __str__(self) -> str:
        since, until = (one.isoformat().replace("+00:00", "Z") for one in self.moments())
        return f"{since} to {until}"


def moment(time_ns: int) -> datetime:
    """The microsecond that this nanosecond is in."""
    return _EPOCH + timedelta(microseconds=time_ns // 1000)
