"""A listed entity that somebody may be, and what speaks for and against it: for a person to review, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.core.listed_entity import ListedEntity, ListedName


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that moved the score."""

    what: str
    """`name`, `alias`, `type`, `country`, `birth date`, `identifier`, `address`."""
    effect: float
    """What it added to the score, or took from it; the parts of a hit sum up to its score."""
    why: str
    """What was compared and what came of it, for a reader who sees both records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    entity: ListedEntity
    name: ListedName
    """The name of the entity that fits best."""
    score: float
    """0..1; at `Matcher.threshold` and above somebody should look at it."""
    parts: tuple[Part, ...]
    because: str
    """The parts as one sentence."""
