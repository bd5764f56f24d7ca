"""What a signal is: a detector of one behaviour in a group's pooled traffic. One file of `detection/signals` each.

Links say that accounts act together; signals say what for. A signal never makes a campaign by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.core.campaign import Evidence
    from stillwatch.detection.case import Case
    from stillwatch.detection.link import Status
    from stillwatch.detection.scene import Scene, Suspects


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a signal saw in a group."""

    signal: str
    role: str
    """Role in a training pipeline, such as `response_harvest`."""
    weight: float
    """How far it speaks for harvesting, 0..1; `purpose.py` adds them up."""
    share: float
    """Share of the group's exchanges it was seen in, 0..1."""
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    name: str
    """Equals the file name."""
    status: Status
    reads: tuple[str, ...]
    see: Callable[[Scene, Suspects], Finding | None]
    cases: tuple[Case, ...]
    """At least one that fires (a finding) and one near miss that stays quiet."""
