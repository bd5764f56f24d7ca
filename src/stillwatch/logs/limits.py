"""How much of a log is held at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    max_record_bytes: int = 16 << 20
    """A longer record is rejected."""
    batch_rows: int = 1 << 14
    """Most exchanges of one Arrow batch, give or take those of one record."""
    batch_bytes: int = 32 << 20
    """Most bytes of records that go into one Arrow batch."""
    least_scanned: int = 2000
    """A block of fewer lines or rows is read record by record: on a new machine numba compiles the scanners first."""
