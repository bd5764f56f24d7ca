"""What a bundle from outside may cost, and what holds for what it does not say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    size_bytes: int = 256 << 20
    objects: int = 2_000_000
    object_bytes: int = 1 << 20
    """Of one object; a larger one is refused by itself."""
    lifetime: timedelta = timedelta(days=30)
    """Of an indicator or campaign that names no end."""
    confidence: int = 30
    """0 … 100, where none is stated: nobody stands behind it, so it must not suffice to deny anybody."""
