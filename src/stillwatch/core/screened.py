"""What a screen found: candidates for a person to review, never verdicts, with all that each of them rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from stillwatch.core.list_version import ListVersion
    from stillwatch.core.ownership import OwnershipFinding, OwnershipRule


class ReviewState(StrEnum):
    """`open`: nobody has decided on these facts. `match`: it is the listed one. `no-match`: it is somebody else.
    `unsure`: a person looked and could not tell.
    """

    OPEN = "open"
    MATCH = "match"
    NO_MATCH = "no-match"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One name of one account, as it was looked up."""

    account_id: str
    column: str
    """Of the accounts file: `organisation`, `name` or `owner`."""
    name: str
    other_names: tuple[str, ...] = ()
    entity_type: str = "unknown"
    country: str = ""
    birth_date: str = ""
    identifiers: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    what: str
    effect: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a person decided about a candidate."""

    state: ReviewState
    by: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    id: str
    """The same in each screen of this account against this entry."""
    asked: Asked
    source: str
    """Source list of the entry, such as `EL`."""
    source_id: str
    listed_name: str
    """The name of the entry that fits best."""
    names: tuple[str, ...]
    """All names of the entry; weak ones end with ` (weak)`."""
    entity_type: str
    countries: tuple[str, ...]
    programmes: tuple[str, ...]
    addresses: tuple[str, ...]
    start_date: str
    end_date: str
    """Of the entry; one that has ended is shown all the same."""
    is_listed: bool
    """False where the entry is on no list itself but owned by whoever is."""
    on_lists: tuple[str, ...]
    """Which lists here hold the entry, each with its day: `csl (2026-11-20)`."""
    score: float
    parts: tuple[ScorePart, ...]
    because: str
    facts: str
    """Digest of what was asked and of the entry as it stood: a decision holds while it is the same."""
    state: ReviewState = ReviewState.OPEN
    review: Review | None = None
    """The last decision, also where it was made on other facts and the candidate is open again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedAccount:
    """What a rule of ownership says of an account."""

    account_id: str
    finding: OwnershipFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Two lists that hold the same source do not say the same of one entry."""

    source: str
    source_id: str
    name: str
    what: str
    """Which list lacks it, or has other names, each list with its day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    id: str
    screened_at: datetime
    judged_on: date
    """The day on which rules of ownership and ages of lists were judged."""
    version: str
    """Of the program."""
    least_score: float
    most_candidates: int
    """Of each name."""
    accounts: int
    asked: tuple[Asked, ...]
    not_screened: tuple[str, ...]
    """Accounts of which no name is known, so that nothing is known of them."""
    lists: tuple[ListVersion, ...]
    rules: tuple[OwnershipRule, ...]
    """Those in force on that day."""
    candidates: tuple[Candidate, ...]
    owned: tuple[OwnedAccount, ...]
    disagreements: tuple[Disagreement, ...]
    warnings: tuple[str, ...]
    faults: tuple[str, ...]
    """Why the screen is not whole; none = it is."""
