"""What a store holds, as a value: sizes, period, and the log files that went in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - readers of these fields ask for their types at run time


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLog:
    """One log file that was read into the store."""

    path: str
    sha256: str
    """Digest of the file as it lay there when it was read."""
    size_bytes: int
    formats: tuple[str, ...]
    exchanges: int
    """Exchanges that came out of it; erasing some later does not change this count."""
    rejected: int
    complete: bool
    """False when the file could not be read to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    table: str
    files: int
    rows: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreInfo:
    path: str
    version: int
    content: str
    """Content mode: `full`, `sketch` or `none`."""
    unit: str | None
    """The identity that counts as the account; None = the first that a record has."""
    exchanges: int
    """Rows that are in the store now, with records that came in twice counted twice."""
    accounts: int
    first_at: datetime | None
    """Start of the first exchange; None in an empty store."""
    last_at: datetime | None
    size_bytes: int
    tables: tuple[TableSize, ...]
    inputs: tuple[StoredLog, ...]
