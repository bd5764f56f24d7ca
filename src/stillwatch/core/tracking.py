"""What watching gives: standings that expire, events, and what is remembered between two scans."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.core.campaign import ScanResult


class Happening(StrEnum):
    """`flagged`: a campaign was found for the first time. `grown`: it has more members than last told. `changed`: its
    verdict is another. `gone`: its standings ran out without a scan that found it again. `warning`: an early warning
    was seen for the first time. `failed`: a round could not be made; the standings of before go on.
    """

    FLAGGED = "campaign_flagged"
    GROWN = "campaign_grown"
    CHANGED = "campaign_changed"
    GONE = "campaign_gone"
    WARNING = "early_warning"
    FAILED = "round_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStanding:
    """Where one account stands; what is done about it is a policy, and none is in here."""

    account_id: str
    campaign_id: str
    verdict: str
    standing: str
    confidence: float
    since: datetime
    """When the account first stood in this campaign."""
    expires_at: datetime
    """From this time on it holds no longer, unless a later scan said it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    number: int
    """Counts from 0 without a gap, over restarts too."""
    at: datetime
    happening: Happening
    campaign_id: str
    """Empty where no campaign is meant."""
    accounts: tuple[str, ...]
    """New members, or the accounts of a warning."""
    because: str
    members: int = 0
    exchanges: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCampaign:
    """A campaign as last told."""

    campaign_id: str
    first_flagged_at: datetime
    verdict: str
    told_members: int
    exchanges: int
    because: str
    kinds: tuple[int, ...] = ()
    keys: tuple[int, ...] = ()
    """With `kinds`: the entries of the key table that bring the members together."""
    is_experimental: bool = False
    """As in `core.campaign.Basis`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The state between two rounds."""

    campaigns: tuple[KnownCampaign, ...] = ()
    standings: tuple[AccountStanding, ...] = ()
    warnings: tuple[str, ...] = ()
    """What early warnings were told already, as one text each."""
    next_event: int = 0
    published_at: datetime | None = None
    complete: bool = True
    looked_at: datetime | None = None
    """When the log was last scanned."""
    looked_exchanges: int = 0
    """How many exchanges that scan saw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round gives: the new state, what happened, and the result under the campaigns' lasting ids."""

    watched: Watched
    events: tuple[Event, ...] = field(default_factory=tuple)
    result: ScanResult | None = None
