"""What to ask of which database, in place of a log or beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    address: str
    """As `logs.databases.address` reads it; holds no password."""
    query: Path
    """File with one SELECT in the database's own dialect."""
    until: int | None = None
    """Of an incremental export, where the span ends that is asked for, nanoseconds since 1970 UTC; None = the query
    takes no times, and its answer replaces what it gave before.
    """
    user: str = ""
    password: str = field(default="", repr=False)
    """Not for PostgreSQL, whose library finds its own."""
