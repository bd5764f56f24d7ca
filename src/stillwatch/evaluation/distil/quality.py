"""How good a student is that learned under a defence, and what several seeds say of it together.

>>> seeds = [[Quality("reasoning", "removed", "right", share)] for share in (0.2, 0.3, 0.1)]
>>> spread_of_qualities(seeds)
[QualitySpread(group='reasoning', defence='removed', measure='right', median=0.2, lowest=0.1, highest=0.3)]
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Quality(NamedTuple):
    group: str
    """What the defence is put on: log-probabilities, reasoning, or the answers themselves by a mark."""
    defence: str
    measure: str
    """`excess` = loss above the teacher's, nats a token of unread text; `right` = share of right answers."""
    value: float


class QualitySpread(NamedTuple):
    group: str
    defence: str
    measure: str
    median: float
    lowest: float
    highest: float


def spread_of_qualities(seeds: Sequence[Sequence[Quality]]) -> list[QualitySpread]:
    """One for each defence and measure, in the order of the first seed."""
    by_same: dict[tuple[str, str, str], list[float]] = {(one.group, one.defence, one.measure): [] for one in seeds[0]}
    for one in (quality for qualities in seeds for quality in qualities):
        by_same[one.group, one.defence, one.measure].append(one.value)
    return [QualitySpread(*same, median(values), min(values), max(values)) for same, values in by_same.items()]
