"""A request that was refused, as it is kept for the customer's appeal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    id: str
    """What the customer quotes."""
    denied_at: datetime
    action: str
    """A value of `core.decision.Action`."""
    rule: str
    reason: str
    """What the customer was told."""
    because: str
    """For the operator alone."""
    subject: str
    """The campaign; empty where none was behind it."""
    confidence: float
    policy_version: str
    key: str
    """What the customer is known by, such as `account` or `api_key`; empty where the request said nothing."""
    value: str
    request_id: str
