"""What an erasure removed from a store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    store: str
    exchanges: int
    """Exchanges erased, with their keys and excerpts; 0 = the store held nothing of what was named."""
    blanked: int
    """Excerpts of rejected records that were blanked, because nobody can tell whose they were."""
    left: int
    """Exchanges that are still in the store."""
