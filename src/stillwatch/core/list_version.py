"""One version of a screening list, as it was added: what it is, how old, and how to see that it is still the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


class DatedBy(StrEnum):
    """Who says of which day a list is. `given`: whoever added it. `list`: the list itself. `added`: nobody, so that it
    is taken for as old as its addition, and may be older.
    """

    GIVEN = "given"
    LIST = "list"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVersion:
    list_name: str
    """What it is called here."""
    sha256: str
    """Of its file; of several, of their names and digests."""
    format_name: str
    as_of: date
    dated_by: DatedBy
    added_at: datetime
    added_by: str
    entities: int
    refused: int
    """Entries that could not be read; whoever screens with such a version has not screened against all of it."""
    files: tuple[ListedFile, ...]
    source: str = ""
    """Where it was fetched, as whoever added it says."""
    licence: str = ""
    stale_after_days: int
    warnings: tuple[str, ...] = ()
    """What was odd about it when it was added."""
