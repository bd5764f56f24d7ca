"""What a policy would have done to the requests of a log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedRule:
    rule: str
    respond: str
    """A value of `core.policy.Response`."""
    matched: int
    """Requests that it spoke of."""
    refused: int
    changed: int
    """Requests that it would have answered otherwise than asked for."""
    accounts: int
    """That had a request refused or changed by it."""
    unlisted: int
    """Of these, accounts that stand nowhere by themselves: honest ones, as far as is known."""
    first_at: datetime | None
    """The first request refused or changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedAccount:
    account_id: str
    role: str
    """How it stands by itself, a value of `core.key_standing.Role`; empty = nowhere."""
    subject: str
    """The campaign behind the first request refused or changed; empty where none is."""
    requests: int
    """From the first that a rule spoke of."""
    refused: int
    changed: int
    first_at: datetime | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedCampaign:
    subject: str
    accounts: int
    matched: int
    refused: int
    changed: int
    first_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One policy on one log."""

    policy_version: str
    rules: tuple[TriedRule, ...]
    """In the order of the policy."""
    campaigns: tuple[TriedCampaign, ...]
    """Most requests first."""
    accounts: tuple[TriedAccount, ...]
    """With a request refused or changed; most refused first."""
    refused: int
    changed: int
    held_back: int
    """Refusals that did not happen, since they rest on experimental signals or the rule only watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifted:
    """An account that two policies treat otherwise."""

    account_id: str
    role: str
    refused_before: int
    refused: int
    changed_before: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    requests: int
    accounts: int
    first_at: datetime | None
    last_at: datetime | None
    rejected: int
    """Records of the log that could not be read."""
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    """What a log cannot show, and how it was taken."""
    trial: Trial
    against: Trial | None
    shifted: tuple[Shifted, ...]
