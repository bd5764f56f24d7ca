"""A campaign as members tell it to one another: what a bundle says, in plain values.

`intel` writes it as STIX 2.1 or MISP and reads it back; nobody else needs to know either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from stillwatch.core.indicator import Certainty
from stillwatch.core.marking import Handling

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.core.indicator import Indicator


class Response(StrEnum):
    """What the producer has done about the campaign so far."""

    NONE = "none"
    OBSERVING = "observing"
    THROTTLED = "throttled"
    CHALLENGED = "challenged"
    BLOCKED = "blocked"
    REPORTED = "reported"
    """To an authority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One fact or conclusion, told apart."""

    topic: str
    """Machine-readable: `family:content`, `behaviour:harvest`, `access:proxy`, ..."""
    text: str
    certainty: Certainty
    confidence: int
    """0 … 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkProvider:
    """Who sold or ran the accounts, as far as known ("fraudulent account network provider")."""

    name: str
    """A pseudonym where it is not public."""
    office_country: str = ""
    """ISO 3166-1 alpha-2."""
    certainty: Certainty = Certainty.ALLEGED


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCampaign:
    id: str
    """STIX id, `campaign--` and a UUID of version 4."""
    version_at: datetime
    """STIX `modified`: a later one replaces an earlier one of the same id and producer."""
    created_at: datetime
    producer_id: str
    """STIX id of the producer's identity."""
    producer_name: str
    name: str
    """Pseudonym of the cluster; never a customer's name."""
    first_seen: datetime
    last_seen: datetime
    valid_until: datetime
    confidence: int
    """0 … 100."""
    accounts: int
    exchanges: int
    roles: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    """Ids of MITRE ATLAS, such as `AML.T0024.002`, or of our own entries where ATLAS has none."""
    services: tuple[str, ...] = ()
    """What was harvested: names of models or products."""
    statements: tuple[Statement, ...] = ()
    response: Response = Response.NONE
    legal_basis: str = ""
    """On what ground the producer shares it; empty = not stated."""
    provider: NetworkProvider | None = None
    handling: Handling = field(default_factory=Handling)
    indicators: tuple[Indicator, ...] = ()
    is_revoked: bool = False
    """The producer takes it back: whatever rests on it ends."""
    is_machine_made: bool = False
    """No person looked at it before it was sent."""
