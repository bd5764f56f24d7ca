"""Who counts as listed because listed parties own it: the rule, the day that it was judged on, what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Counted(StrEnum):
    """How indirect holdings count.

    `cascade`: whoever reaches the threshold counts as listed with all that it holds, whoever does not counts not at
    all, as OFAC reads its rule. `product`: shares are multiplied along each chain and added up over all chains.
    """

    CASCADE = "cascade"
    PRODUCT = "product"


class OwnershipVerdict(StrEnum):
    """`owned`: listed parties reach the threshold. `red-flag`: they hold a significant minority, or a share that nobody
    knows. `unknown`: owners or shares that are not known could make up the threshold. `clear`: they could not.
    """

    OWNED = "owned"
    RED_FLAG = "red-flag"
    UNKNOWN = "unknown"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipRule:
    id: str
    name: str
    threshold: float
    """Aggregate share of all listed owners, 0..1, from which on the rule holds."""
    counted: Counted = Counted.CASCADE
    minority: float | None = None
    """Share from which on a smaller holding is a red flag; None = it is none."""
    lists: tuple[str, ...] = ()
    """Sources whose entries count as owners, such as `SDN`; none = all."""
    effective_from: date
    effective_to: date | None = None
    """The first day on which it no longer holds; None = no end is set."""
    source: str
    """Where the rule is written."""
    reviewer: str
    """Who confirmed that it holds from when until when; empty = nobody has, and each result says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipStep:
    owner: str
    """Key of the party."""
    owner_name: str
    owned: str
    share: float | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipFinding:
    """What a rule says of one party."""

    rule: OwnershipRule
    judged_on: date
    verdict: OwnershipVerdict
    share: float
    """Known aggregate share of listed owners, as the rule counts it, 0..1."""
    most_share: float
    """The same, if all that is not known were listed owners'."""
    paths: tuple[tuple[OwnershipStep, ...], ...]
    """From the party up to listed owners, each at most once a path."""
    rests_on_candidates: bool
    """Whether some owner is listed only if a match of names, which nobody has reviewed, holds."""
    because: str
