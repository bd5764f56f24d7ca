"""A customer's objection to a denial, and what a person decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class AppealState(StrEnum):
    """`open`: nobody has decided. `upheld`: the denial was right. `overturned`: it was wrong, and the customer is
    exempt until a date. `withdrawn`: the customer no longer objects.
    """

    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    id: str
    denial: str
    key: str
    """What the customer is known by, as in `core.denial`; an exemption is for this."""
    value: str
    subject: str
    rule: str
    statement: str
    """The customer's own."""
    opened_by: str
    opened_at: datetime
    state: AppealState
    decided_by: str = ""
    decision_reason: str = ""
    decided_at: datetime | None = None
    exempt_until: datetime | None = None
