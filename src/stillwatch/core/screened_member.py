"""A member of a campaign who may be somebody on a screening list: a fact for the dossier, no part of the accusation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedMember:
    account_id: str
    asked: str
    """The name that was looked up, as the accounts file has it."""
    source: str
    """Source list of the entry, such as `EL`."""
    source_id: str
    listed_name: str
    on_lists: tuple[str, ...]
    """Which lists hold the entry, each with its day: `csl (2026-11-20)`."""
    score: float
    because: str
    state: str
    """`open`, `match`, `no-match` or `unsure`: what a person has decided; see `core.screened.ReviewState`."""
    candidate: str
    """Id for `stillwatch reviews`."""
