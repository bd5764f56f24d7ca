"""What a precursor is: a behaviour that often comes before a campaign. One file of `detection/precursors` each.

A precursor never accuses: what it sees is told with the honest twin that looks the same, and gives no account a
standing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from stillwatch.logs.repeats import Repeats, Variants, no_repeats, no_variants

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.core.campaign import Evidence
    from stillwatch.detection.link import Status
    from stillwatch.detection.scene import Scene
    from stillwatch.logs.window import Ints


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
    variants: Variants = field(default_factory=no_variants)
    repeats: Repeats = field(default_factory=no_repeats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What a precursor saw; times in nanoseconds since 1970 UTC."""

    accounts: Ints
    p_value: float
    because: str
    exchanges: int
    prompts: int
    first_at: int
    last_at: int
    exchange_no: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """A few of the exchanges, to show a prompt of."""


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
    see: Callable[[Outlook], list[Sign]]
    twin: str
    """The honest twin that looks the same."""
    instead: str
    """What would tell that twin from an operator, as a sentence for the analyst."""
    cases: tuple[OutlookCase, ...]
