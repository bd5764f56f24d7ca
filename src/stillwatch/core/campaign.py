"""What a scan finds: campaigns, their members and the evidence, as plain frozen values.

The words are those of `campaigns.json` (schema `stillwatch.campaigns/1`); `service.document` turns them into JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from stillwatch.core.early_warning import EarlyWarning
    from stillwatch.core.prompt_set import SetTaken
    from stillwatch.core.screened_member import ScreenedMember


class Verdict(StrEnum):
    """`campaign`: act on it. `review`: a person must look first, because an authorised customer is among the
    members.
    """

    CAMPAIGN = "campaign"
    REVIEW = "review"


class Standing(StrEnum):
    """`operator`: the account serves the campaign. `mixed`: it also carries other traffic. `victim`: it was used."""

    OPERATOR = "operator"
    MIXED = "mixed"
    VICTIM = "victim"


class Family(StrEnum):
    """Kinds of evidence that fail independently of one another; a campaign needs two at least."""

    CONTENT = "content"
    TIMING = "timing"
    SUCCESSION = "succession"
    INFRASTRUCTURE = "infrastructure"
    REGISTRATION = "registration"
    PARAMETERS = "parameters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    family: Family
    source: str
    """Name of the signal or link on its shelf."""
    score: float
    """Strength, 0..1; for sorting, not for testing."""
    p_value: float
    """Probability of evidence at least this strong under the source's stated null model."""
    because: str
    """One sentence with numbers, in plain words."""
    accounts: int
    exchanges: int


_TELLING: Final = 1e-3
_TOLD_FIRST: Final = (
    *(Family.SUCCESSION, Family.TIMING, Family.REGISTRATION),
    *(Family.CONTENT, Family.PARAMETERS, Family.INFRASTRUCTURE),
)
"""What says that one hand moves the accounts, before what the users of any one tool have in common."""


def most_telling(evidence: Iterable[Evidence]) -> Evidence | None:
    """The evidence to lead with where there is room for one sentence."""
    ranked = sorted(evidence, key=lambda one: (one.p_value, -one.score, one.source))
    sure = sorted((one for one in ranked if one.p_value <= _TELLING), key=lambda one: _TOLD_FIRST.index(one.family))
    return next(iter(sure or ranked), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    account_id: str
    standing: Standing
    confidence: float
    """Probability that it serves or served the campaign; see `detection.confidence`."""
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinConsidered:
    twin: str
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    id: str
    verdict: Verdict
    q_value: float
    confidence: float
    exchanges: int
    accounts: int
    first_seen: datetime
    last_seen: datetime
    roles: tuple[str, ...]
    capabilities: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    members: tuple[Member, ...]
    twins_considered: tuple[TwinConsidered, ...]
    sets: tuple[SetTaken, ...] = ()
    """Public prompt sets that the members took, the most of it first."""
    screened: tuple[ScreenedMember, ...] | None = None
    """Members who may be on a screening list, the surest first; None = nobody was looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A group that acts in concert, or harvests, but is best explained by an honest twin; shown, never accused."""

    twin: str
    because: str
    accounts: tuple[str, ...]
    exchanges: int
    sets: tuple[SetTaken, ...] = ()
    """Public prompt sets that the accounts took, the most of it first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a campaign was found by, as far as it takes to find it again in the store: `stillwatch explain` reads it."""

    campaign_id: str
    origin: str
    """Name of the link that proposed the group."""
    kinds: tuple[int, ...]
    keys: tuple[int, ...]
    """With `kinds`: entries of the key table that bring the members together; none where no key does."""
    p_value: float
    """Of the core that carries the proof."""
    judged: int
    """Groups that the scan tested."""
    chosen_from: int = 0
    """How many accounts the members were chosen from by their rate."""
    params_key: int = 0
    client_key: int = 0
    """Only exchanges of this configuration, and of this client, are the campaign's; 0 = any."""
    is_experimental: bool = False
    """Whether the claim falls without links that no board has scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    path: str
    sha256: str
    format: str
    exchanges: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    version: str
    started_at: datetime
    finished_at: datetime
    complete: bool
    """False when a check crashed or an input could not be read to its end: such a run is never 'clean'."""
    inputs: tuple[Input, ...]
    exchanges: int
    accounts: int
    fdr: float
    """Stated false-discovery rate of the list of campaigns."""
    coverage: dict[str, float]
    """Family → share of exchanges whose log fields could support it, 0..1."""
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Two members held together, for the picture; `kind` names the link on its shelf."""

    left: str
    right: str
    kind: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one capability cost the victim."""

    capability: str
    exchanges: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the report draws of one campaign; `ties` are capped, so `shown_accounts` may be fewer than the members."""

    campaign_id: str
    shown_accounts: tuple[str, ...]
    ties: tuple[Tie, ...]
    bin_s: int
    bin_starts: tuple[datetime, ...]
    bin_exchanges: tuple[int, ...]
    created_at: tuple[datetime, ...]
    banned_at: tuple[datetime, ...]
    model_releases: tuple[tuple[str, datetime], ...]
    """Model name and the moment the log first shows it, only where that lies inside the log."""
    template_text: str
    """The shared text, its slots marked `⟨…⟩`; empty when no text was kept."""
    sample_text: str
    """One redacted sample prompt; empty when no text was kept."""
    taken: tuple[Taken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    run: Run
    campaigns: tuple[Campaign, ...]
    set_aside: tuple[SetAside, ...]
    pictures: tuple[Picture, ...]
    rejects: tuple[tuple[str, int, str], ...]
    """Reason, count, and the first example as `path:line: text`."""
    early_warnings: tuple[EarlyWarning, ...] = ()
    """What often comes before a campaign; it accuses nobody."""
    bases: tuple[Basis, ...] = ()
    """One a campaign, in the order of `campaigns`."""
