"""Bytes that left hosts on which model weights lie, against what was declared for them.

A budget is a declaration: going over it is a fact about the log, not a verdict about anybody. Where the log holds each
packet the bytes are counted; where an exporter looked at one packet in so many they are estimated, and a finding then
says how likely a host within its budget would have come out over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Place(IntEnum):
    """Where the other end of a flow is, by the declaration."""

    INSIDE = 0
    """In a network that counts as inside, another declared address of the host, or on the link: nothing left."""
    ALLOWED = 1
    """A declared destination: counts against the budget, and is no finding by itself."""
    OTHER = 2
    """Anything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostBudget:
    name: str
    addresses: tuple[str, ...]
    """Addresses and networks."""
    weights_bytes: int
    """Size of the weights that lie there."""
    allowed: tuple[str, ...] = ()
    """Addresses and networks that it may send to."""
    day_bytes: int | None = None
    """Most that may leave on a day (UTC)."""
    hour_bytes: int | None = None
    """Most that may leave in an hour."""
    least_bytes: int = 16 << 20
    """What a destination must have been sent to be spoken of: answers to strangers' scans are less."""
    copy_share: float = 0.25
    """Of the weights' size, what a copy worth having needs: 16-bit weights kept at 4 bits are a quarter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressBudget:
    hosts: tuple[HostBudget, ...]
    inside: tuple[str, ...] = ()
    """Networks to which nothing leaves."""


class EgressKind(StrEnum):
    """What a finding says."""

    OVER_DAY = "over-day"
    """More left on a day than was declared."""
    OVER_HOUR = "over-hour"
    """More left in an hour than was declared."""
    UNDECLARED = "undeclared-destination"
    """A destination that is not declared was sent more than `least_bytes`."""
    COPY = "copy-of-weights"
    """Over the whole log, destinations that are not declared were together sent what a copy of the weights needs."""
    ALLOWED_COPY = "copy-to-allowed"
    """The same to one allowed destination; worth a look, and within what was declared."""
    NEW_DESTINATION = "new-destination"
    """An allowed destination that was first sent anything late in the log; worth a look."""
    ONE_WAY = "one-way"
    """A destination was sent far more than it sent; worth a look."""


class EgressWeight(StrEnum):
    """`over`: against the declaration. `look`: within it, and unusual enough for a person to look at."""

    OVER = "over"
    LOOK = "look"


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressFinding:
    host: str
    kind: EgressKind
    weight: EgressWeight
    because: str
    """A sentence with the values behind it."""
    moved_bytes: int
    """Counted, or the estimate."""
    limit_bytes: int | None = None
    """What it is held against."""
    share_of_weights: float
    p_value: float | None = None
    """Where the bytes are an estimate: how often one within the limit would come out so high, by chance of sampling,
    after correction for all the hours, days and destinations that were looked at; None where they are counted.
    """
    destination: str = ""
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressDay:
    starts_at: datetime
    allowed_bytes: int
    other_bytes: int
    worst_hour_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    address: str
    place: Place
    out_bytes: int
    in_bytes: int
    first_at: datetime
    last_at: datetime
    days: int
    flows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HostEgress:
    """One host."""

    budget: HostBudget
    out_bytes: int
    """That left it."""
    in_bytes: int
    other_bytes: int
    """Of `out_bytes`, to destinations that are not declared."""
    inside_bytes: int
    """That did not leave."""
    error_bytes: int
    """One standard error of `out_bytes` where packets were sampled; else 0."""
    days: tuple[EgressDay, ...]
    """Of the log's span, each of them."""
    destinations: tuple[Destination, ...]
    """Of many those that were sent most; none inside."""
    destinations_in_all: int
    days_to_leave: float | None
    """In so many days the weights could leave within the declared budget; None where none is declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowCoverage:
    """What the logs hold, and what they do not."""

    files: tuple[tuple[str, str], ...]
    """Names, without folders, and SHA-256."""
    records: int
    kept: int
    """Of declared hosts."""
    duplicates: int
    """Of `kept`, told before."""
    dropped: int
    """Refused on the way, which left nothing."""
    rejected: tuple[tuple[str, int], ...]
    """Records that could not be read, by reason."""
    lost: int
    """Times at which an observer said that it lost records."""
    first_at: datetime | None
    last_at: datetime | None
    silent_hours: int
    """Between the two, hours in which nobody was seen at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressWatch:
    watched_at: datetime
    version: str
    hosts: tuple[HostEgress, ...]
    findings: tuple[EgressFinding, ...]
    """Those against the declaration first, then by bytes."""
    coverage: FlowCoverage
    faults: tuple[str, ...]
    """Why the watch is incomplete; what it does not find is not cleared then."""
    caveats: tuple[str, ...]
