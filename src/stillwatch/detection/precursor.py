"""What a precursor is: a behaviour that often comes before a campaign. One file of `detection/precursors` each.

A precursor never accuses: what it sees is told with the honest twin that looks the same, and gives no account a
standing. It gives every sign with the p-value of that sign alone; which of them are told is decided in one place, at a
false-discovery rate over everything that was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.detection.statistics import q_values
from stillwatch.logs.repeats import Repeats, Search, no_repeats, no_search

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.core.campaign import Evidence
    from stillwatch.detection.link import Status
    from stillwatch.detection.scene import Scene
    from stillwatch.logs.window_rows import Ints


WARNING_FDR: Final = 0.001
"""Stricter than the list of campaigns: a warning rests on one kind of evidence, a campaign on two."""
_SAME: Final = 0.5  # of the accounts of the smaller of two signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Unproven:
    """A group that was tested and is no campaign: its accounts and the evidence that it has."""

    accounts: Ints
    evidence: tuple[Evidence, ...]
    exchanges: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What precursors look at, beside the scene."""

    scene: Scene
    unproven: tuple[Unproven, ...] = ()
    search: Search = field(default_factory=no_search)
    repeats: Repeats = field(default_factory=no_repeats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What a precursor saw; times in nanoseconds since 1970 UTC."""

    accounts: Ints
    p_value: float
    """Of this sign alone; how many were looked at is counted later."""
    because: str
    exchanges: int
    prompts: int
    first_at: int
    last_at: int
    exchange_no: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """A few of the exchanges, to show a prompt of."""


class Seen(NamedTuple):
    signs: tuple[Sign, ...]
    """The one that tells most first, where several tell the same; what could be no sign is left out."""
    looked_at: int
    """Everything that could have been a sign."""


class Held(NamedTuple):
    """A sign and its Benjamini-Hochberg q-value."""

    sign: Sign
    q_value: float


def held(seen: Seen, rate: float = WARNING_FDR) -> tuple[Held, ...]:
    """The signs that hold at a false-discovery rate, each set of accounts once.

    Signs of one kind overlap (the wordings of one sweep, groups of the same accounts), so their p-values depend on one
    another positively, under which the procedure keeps its rate (Benjamini and Yekutieli 2001).
    """
    values = q_values(np.array([one.p_value for one in seen.signs]), seen.looked_at)
    out: list[Held] = []
    for sign, value in zip(seen.signs, values.tolist(), strict=True):
        if value <= rate and not any(_is_same(sign.accounts, other.sign.accounts) for other in out):
            out.append(Held(sign, value))
    return tuple(out)


def _is_same(accounts: Ints, others: Ints) -> bool:
    return len(np.intersect1d(accounts, others)) >= _SAME * min(len(accounts), len(others))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookCase:
    """Feeds the tests and the docs: a small outlook, and whether the precursor gives a sign."""

    name: str
    fires: bool
    make: Callable[[], Outlook]


@dataclass(frozen=True, slots=True, kw_only=True)
class Precursor:
    name: str
    """Equals the file name."""
    status: Status
    reads: tuple[str, ...]
    see: Callable[[Outlook], Seen]
    twin: str
    """The honest twin that looks the same."""
    instead: str
    """What would tell that twin from an operator, as a sentence for the analyst."""
    cases: tuple[OutlookCase, ...]
