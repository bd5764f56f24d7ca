"""A group that is no campaign moves to a new model within a day of its release.

Sees: among the groups that were tested and are not on the list, those whose members moved together to a model on the
first day that the log shows it.
Why: harvesting is pointed at each new model as soon as it is out; who jumps together may begin to harvest together.
Null model: that of the link `model_pivot` (each account active on that day decides by itself, as the others of the log
did), corrected for all groups that were tested (Bonferroni).
Looks the same: release-day benchmarking by a community; a company whose one gateway changes the model for all its keys.
Evaded by: a few days of patience; changing over account by account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.precursor import Outlook, OutlookCase, Precursor, Sign, Unproven
from stillwatch.detection.statistics import bounded
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.world import World

NAME = "release_pivot"
_LINK: Final = "model_pivot"
_MOST_P: Final = 0.001
_SAME: Final = 0.5


def _see(outlook: Outlook) -> list[Sign]:
    found: list[Sign] = []
    people = outlook.scene.population
    for group in sorted(outlook.unproven, key=lambda one: (_pivot_p(one), -len(one.accounts))):
        evidence = next((one for one in group.evidence if one.source == _LINK), None)
        p_value = 1.0 if evidence is None else bounded(evidence.p_value * len(outlook.unproven))
        if evidence is None or p_value > _MOST_P:
            break
        if any(_is_same(group, other) for other in found):
            continue
        found.append(
            Sign(
                accounts=group.accounts,
                p_value=p_value,
                because=f"{evidence.because}; the group is no campaign so far",
                exchanges=group.exchanges,
                prompts=int(people.prompts[group.accounts].sum()),
                first_at=int(people.first_at[group.accounts].min()),
                last_at=int(people.last_at[group.accounts].max()),
            )
        )
    return found


def _pivot_p(group: Unproven) -> float:
    return min((one.p_value for one in group.evidence if one.source == _LINK), default=1.0)


def _is_same(group: Unproven, other: Sign) -> bool:
    shared = len(np.intersect1d(group.accounts, other.accounts))
    return shared >= _SAME * min(len(group.accounts), len(other.accounts))


def _tested(world: World, p_value: float) -> Outlook:
    """The accounts in focus as one group that was tested, with this evidence of a pivot."""
    evidence = Evidence(
        family=Family.TIMING,
        source=_LINK,
        score=1.0,
        p_value=p_value,
        because="18 of the 20 accounts that were active when m-2 first appeared moved to it within a day",
        accounts=18,
        exchanges=400,
    )
    group = Unproven(accounts=world.focus, evidence=(evidence,), exchanges=400)
    return Outlook(scene=world.scene(), unproven=(group,) * 20)


PRECURSOR = Precursor(
    name=NAME,
    status="experimental",
    reads=("request_model", "started_at"),
    see=_see,
    twin="release-day benchmarking",
    instead="Benchmarks stop after some days, and their authors publish; see whether the traffic goes on and turns "
    "into one template.",
    cases=(
        OutlookCase(
            name="eighteen of twenty accounts move on the first day, where few others do",
            fires=True,
            make=lambda: _tested(town().people(20), 1e-9),
        ),
        OutlookCase(
            name="a group moves about as fast as groups in a log of many now and then do",
            fires=False,
            make=lambda: _tested(town().people(20), 1e-3),
        ),
    ),
)
