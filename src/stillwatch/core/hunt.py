"""What looking for received indicators in logs of the past has found: leads for a person, accusing nobody.

A match says that an account here did what an account there did. It is a lead where the thing matched is of the
operator's own making or holding (an account, a payment instrument, a prompt template); it is context where strangers
share it too (a neighbourhood, a popular client, an exit of a public cloud or VPN). Context never makes a lead, however
much of it there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.core.indicator import IndicatorKind


class Weight(StrEnum):
    """`lead`: a person should look into it. `context`: worth knowing beside a lead, nothing by itself."""

    LEAD = "lead"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorFound:
    """One indicator in one store."""

    store: str
    indicator_id: str
    campaign_id: str
    kind: IndicatorKind
    weight: Weight
    because: str
    """Why it weighs what it weighs."""
    accounts: int
    """Of the store, that match it."""
    exchanges: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One indicator that one account matches."""

    indicator_id: str
    kind: IndicatorKind
    weight: Weight
    exchanges: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """One account of one store, as far as it matches one campaign."""

    store: str
    account_id: str
    campaign_id: str
    weight: Weight
    """That of its weightiest match."""
    indicators: int
    """Of the campaign, that it matches."""
    exchanges: int
    """That match any of them."""
    first_seen: datetime
    last_seen: datetime
    matches: tuple[Match, ...]
    """Leads first, then by exchanges; of many the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotHunted:
    """An indicator that was not, or not everywhere, looked for."""

    indicator_id: str
    store: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    store: str
    exchanges: int
    accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunt:
    searched: tuple[Searched, ...]
    indicators: int
    """How many were asked for."""
    found: tuple[IndicatorFound, ...]
    suspects: tuple[Suspect, ...]
    """Leads first, then by how much they match."""
    not_hunted: tuple[NotHunted, ...]
