"""New accounts take over within hours of bans.

Sees: members that begin within six hours after other members were banned.
Why: a pool is replaced minutes to hours after it is lost.
Null model: members begin at moments spread over the log as those of all accounts are; the chance that a beginning falls
within six hours after a ban is the share of all beginnings that do.
Needs: ban times from the accounts file.
Looks the same: a customer who moves to a new key after losing the old one: one account, no group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.link import Link
from stillwatch.detection.statistics import at_least
from stillwatch.detection.world import town
from stillwatch.logs.window_rows import HOUR_NS, Ints

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "ban_succession"
_WITHIN = 6 * HOUR_NS
_LEAST_BANS = 2


def _after_a_ban(moments: Ints, bans: Ints) -> npt.NDArray[np.bool_]:
    last = np.searchsorted(bans, moments, side="right") - 1
    return np.asarray((last >= 0) & (moments - bans[np.maximum(last, 0)] <= _WITHIN), np.bool_)


def _beginnings_after(beginnings: Ints, bans: Ints) -> int:
    """How many of all `beginnings`, ascending, come after the first ban and within reach of one."""
    ends = np.minimum(bans + _WITHIN, np.append(bans[1:] - 1, np.iinfo(np.int64).max))
    from_at = np.searchsorted(beginnings, bans, side="left")
    from_at[bans == bans[0]] = np.searchsorted(beginnings, bans[0], side="right")
    return int(np.maximum(0, np.searchsorted(beginnings, ends, side="right") - from_at).sum())


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    banned = scene.registry.banned_at[suspects.accounts]
    bans = np.sort(banned[banned > 0])
    if len(bans) < _LEAST_BANS:
        return None
    started = scene.population.first_at
    newcomers = suspects.accounts[started[suspects.accounts] > bans[0]]
    if len(newcomers) < _LEAST_BANS:
        return None
    hits = int(_after_a_ban(started[newcomers], bans).sum())
    everyone = scene.tallies.beginnings
    later = len(everyone) - int(np.searchsorted(everyone, bans[0], side="right")) - len(newcomers)
    usual = (_beginnings_after(everyone, bans) - hits + 1) / (later + 2)
    return Evidence(
        family=Family.SUCCESSION,
        source=NAME,
        score=hits / len(newcomers),
        p_value=at_least(hits, len(newcomers), usual),
        because=f"{hits} of {len(newcomers)} members that began after the first ban did so within six "
        f"hours of a ban of another member; {usual:.0%} of other accounts did",
        accounts=hits + len(bans),
        exchanges=suspects.exchanges,
    )


def _askable(scene: Scene) -> bool:
    return bool((scene.registry.banned_at > 0).any())


LINK = Link(
    name=NAME,
    family=Family.SUCCESSION,
    axis="hand",
    status="stable",
    reads=("banned_at",),
    askable=_askable,
    test=_test,
    cases=(
        Case(
            name="a pool takes over within hours of each ban",
            fires=True,
            make=lambda: town().fleet(24).in_waves(4, gap_h=3),
        ),
        Case(
            name="banned accounts are replaced days later",
            fires=False,
            make=lambda: town().fleet(24).in_waves(4, gap_h=60),
        ),
    ),
)
