"""How old a list is, in words, and whether that is too old to rely on.

>>> from datetime import date
>>> age_warning("csl", date(2026, 11, 1), 3, today=date(2026, 11, 22))
'list csl is of 2026-11-01, 21 days old; it should be no older than 3 days'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


def age_warning(name: str, as_of: date, stale_after_days: int, *, today: date) -> str:
    """The warning, or nothing where the list is fresh."""
    days = (today - as_of).days
    if days <= stale_after_days:
        return ""
    allowed = "1 day" if stale_after_days == 1 else f"{stale_after_days} days"
    return f"list {name} is of {as_of.isoformat()}, {days} days old; it should be no older than {allowed}"
