"""Accounts whose activity over time is that of one queue dealt out at random.

Sees: given how much each account sends in all, none has quiet or busy times of its own: the table of accounts by bins
of time is as even as chance makes it. Bins are fitted to how long the group lives, an hour at least; accounts that are
replaced or added are looked at from their first to their last conversation, by the clock and by their age.
Why: one scheduler feeds all accounts from one queue; people and companies have days, holidays and bursts of their own.
Null model: unrelated accounts of the same volumes, in spans as long as the group's, drawn from this log and thinned to
them; see `common_rhythm.common_rhythm`.
Looks the same: several keys of one customer behind one load balancer, and a class in one lesson: both do act in
concert.
Evaded by: giving each account a life of its own in days and bursts, at the price of idle accounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.common_rhythm import common_rhythm
from stillwatch.detection.link import Link
from stillwatch.detection.starts import starts_of
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "common_rhythm"


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    outside = ~np.isin(scene.reference_accounts, suspects.accounts)
    others = scene.reference_starts.taken(outside[scene.reference_starts.place])
    rhythm = common_rhythm(starts_of(suspects), others, scene.seed)
    if rhythm.usual == 0.0:
        return None
    return Evidence(
        family=Family.TIMING,
        source=NAME,
        score=float(np.clip(1 - rhythm.dispersion / rhythm.usual, 0, 1)),
        p_value=rhythm.p_value,
        because=(
            f"over time the {suspects.size} accounts behave like one queue dealt out at random: their activity varies "
            f"{rhythm.dispersion:.1f} times as much as chance alone, where unrelated accounts of the same volume vary "
            f"{rhythm.usual:.1f} times as much"
        ),
        accounts=suspects.size,
        exchanges=suspects.exchanges,
    )


LINK = Link(
    name=NAME,
    family=Family.TIMING,
    axis="hand",
    status="stable",
    reads=("started_at",),
    after="even_load",
    test=_test,
    cases=(
        Case(name="one queue is dealt out over twelve accounts", fires=True, make=lambda: town().fleet(12)),
        Case(
            name="twelve people of one volume have days of their own",
            fires=False,
            make=lambda: town().people(12, spread=0.1),
        ),
    ),
)
