"""What `stillwatch explain` tells of a campaign, or of one account in it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.core.campaign import Evidence, Member, TwinConsidered
    from stillwatch.core.prompt_set import SetTaken


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedEvidence:
    evidence: Evidence
    axis: str
    """`program` or `hand` of a link; `purpose` of a signal, which tests nothing."""
    null_model: str
    """What the p-value is held against, in words; for a signal, why it is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedKey:
    kind: str
    """What the key is made of: a run of words, the first or last words, the system text, the layout."""
    words: str
    """The words behind it, found in a kept excerpt; empty where no excerpt holds them."""
    accounts: int
    exchanges: int
    others: int
    """Accounts outside of the campaign that use the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """The group's p-value were one family of evidence not there."""

    family: str
    p_value: float
    is_reported: bool
    """Whether the group would still be on the list, judged against as many groups."""
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The least change of one number that turns the verdict."""

    what: str
    now: float
    needed: float
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One figure of an account against the other members."""

    what: str
    account: str
    usual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownExchange:
    number: int
    """Its number in the store."""
    at: datetime
    account_id: str
    model: str
    source: str
    """Log file that it came from."""
    excerpt: str
    """The prompt as kept: redacted, or empty where none was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLink:
    """A link of the shelf, whether or not it had anything to say of the group."""

    name: str
    is_askable: bool
    """Whether the log holds what it looks at."""
    reads: tuple[str, ...]
    """Columns or account fields that it needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    campaign_id: str
    account_id: str
    """Empty where the whole campaign is explained."""
    accounts: int
    exchanges: int
    p_value: float
    """Of the group as reported; the core that carries the proof had `core_p_value` when it was found."""
    core_p_value: float
    fdr: float
    judged: int
    """Groups that were tested beside it."""
    evidence: tuple[ExplainedEvidence, ...]
    keys: tuple[SharedKey, ...]
    without: tuple[Without, ...]
    changes: tuple[Change, ...]
    twins: tuple[TwinConsidered, ...]
    member: Member | None
    compared: tuple[Compared, ...]
    shown: tuple[ShownExchange, ...]
    sets: tuple[SetTaken, ...]
    asked: tuple[AskedLink, ...] = ()
    """The whole shelf of links."""
