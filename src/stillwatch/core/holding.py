"""Who owns how much of whom, from when until when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    owner: str
    """Key of a party: `LIST:ID` of somebody listed, `account:ID`, or `party:NAME`."""
    owned: str
    share: float | None = None
    """0..1; None = owned, the share is not known."""
    valid_from: str = ""
    """ISO date; empty = not stated."""
    valid_until: str = ""
    """The first day after; empty = not stated."""
    source: str = ""
    """Which list or file says so."""
