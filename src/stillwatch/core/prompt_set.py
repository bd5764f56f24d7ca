"""Public prompt sets: what is known of one, and how much of one a group took."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSet:
    name: str
    items: int
    """Different prompts."""
    told_apart: int
    """Items that a part of their text gives away inside a longer prompt; the others are recognised as a whole only."""
    source: str
    """Name of the file it was made from, without its folder."""
    sha256: str
    added_at: str
    """RFC 3339 in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTaken:
    """How much of a public prompt set a group of accounts sent, together and one by one."""

    name: str
    items: int
    """Prompts of the set."""
    taken: int
    """Different prompts of it that the group sent."""
    exchanges: int
    shards: int
    """Accounts that sent a part of it, less than half."""
    whole: int
    """Accounts that sent half of it or more, each by itself: what an evaluator does."""
    overlap_share: float
    """Of what one of the accounts took, the share that another took too, averaged over pairs; 0 = dealt out."""
    because: str
    """The same as a sentence."""

    @property
    def taken_share(self) -> float:
        return self.taken / max(1, self.items)
