"""Accounts that were opened close together.

Sees: more members opened within a few days than the accounts file shows in any such span.
Null model: each member's opening is drawn from those of all accounts of the file; the statistic is the largest number
of members within a span, bounded by the busiest span of that length in the file and corrected for places and spans
tried. Looks the same: a class, a hackathon or a company that signs up on one day, for which it counts beside another
family of the hand only; a launch, which the busiest span contains.
Evaded by: buying aged accounts.
"""

from __future__ import annotations

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.link import Link
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene, Suspects
from stillwatch.detection.statistics import at_least, bounded
from stillwatch.detection.usual import OPENING_SPANS, openings_outside
from stillwatch.detection.world import town
from stillwatch.logs.window_rows import DAY_NS, HOUR_NS

NAME = "created_together"
_ALIKE = {6 * HOUR_NS: 0.04, 2 * DAY_NS: 0.1, 7 * DAY_NS: 0.2}
"""The users of one tool come when it is launched or praised: the null lets so many of them come in one span."""


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    created = scene.registry.created_at[suspects.accounts]
    mine = np.sort(created[created > 0])
    usual = openings_outside(scene, suspects.accounts)
    if len(mine) < LEAST_ACCOUNTS or usual is None:
        return None
    best: Evidence | None = None
    for span, word in OPENING_SPANS.items():
        inside = np.searchsorted(mine, mine + span, side="right") - np.arange(len(mine))
        chance = max(usual.chances[float(span)], _ALIKE[span])
        count = int(inside.max())
        p_value = bounded(at_least(count - 1, len(mine) - 1, chance) * len(mine) * len(OPENING_SPANS))
        if best is None or p_value < best.p_value:
            best = Evidence(
                family=Family.REGISTRATION,
                source=NAME,
                score=count / suspects.size,
                p_value=p_value,
                because=(
                    f"{count} of {len(mine)} members were opened within {word}; of all other accounts at most "
                    f"{chance:.1%} were in any such span"
                ),
                accounts=count,
                exchanges=suspects.exchanges,
            )
    return best


def _askable(scene: Scene) -> bool:
    return bool((scene.registry.created_at > 0).any())


LINK = Link(
    name=NAME,
    family=Family.REGISTRATION,
    axis="hand",
    status="stable",
    reads=("created_at",),
    askable=_askable,
    test=_test,
    cases=(
        Case(
            name="twenty accounts are opened in two days", fires=True, make=lambda: town().fleet(20).opened_within(40)
        ),
        Case(
            name="twenty accounts are opened in half a year",
            fires=False,
            make=lambda: town().fleet(20).opened_within(180 * 24),
        ),
    ),
)
