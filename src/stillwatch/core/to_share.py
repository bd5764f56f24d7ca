"""What a campaign becomes when it is told to others: each thing that leaves with its reason, and what stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.marking import Handling, Tlp
from stillwatch.core.shared_campaign import Response

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from stillwatch.core.shared_campaign import NetworkProvider, SharedCampaign, Statement


class AccountForm(StrEnum):
    """How the ids of a campaign's accounts leave.

    `none`: they do not; members who may share accounts compare them by private matching. `salted`: as tokens under the
    store's salt. `clear`: for members who serve the same customers, such as a provider and its reseller.
    """

    NONE = "none"
    SALTED = "salted"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOptions:
    producer_id: str
    """STIX id of who shares."""
    producer_name: str
    at: datetime
    lifetime: timedelta
    """From `at` on: how long it holds."""
    first_at: datetime | None = None
    """When the same campaign was shared first; None = now."""
    handling: Handling = field(default_factory=lambda: Handling(tlp=Tlp.AMBER_STRICT))
    accounts: AccountForm = AccountForm.NONE
    services: tuple[str, ...] = ()
    facts: tuple[Statement, ...] = ()
    """What no log shows and is known otherwise: how the accounts were had, which control was circumvented, ..."""
    response: Response = Response.NONE
    legal_basis: str = ""
    provider: NetworkProvider | None = None
    is_machine_made: bool = False


class Leaves(NamedTuple):
    """One thing that leaves."""

    field: str
    value: str
    why: str
    """Why it may."""


class Stays(NamedTuple):
    """One kind of thing that does not."""

    what: str
    how_many: int
    why: str


class ToShare(NamedTuple):
    source_id: str
    """Id of the campaign in the result; it does not leave."""
    campaign: SharedCampaign
    leaves: tuple[Leaves, ...]
    stays: tuple[Stays, ...]
