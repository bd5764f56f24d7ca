"""Accounts that move to a new model together, within a day of its release.

Sees: of the members that send anything on the day on which a model first shows, the share that use it that day, against
the same share of other accounts.
Null model: each account that is active on that day decides on its own whether to try the new model, as the other
accounts of the log did. Accounts that are idle on that day cannot have been quick, so they are not counted on either
side.
Looks the same: release-day benchmarking by everyone at once; then the rest of the log moves as fast, and nothing is
seen. A tool whose update brings the new model; so the link counts only beside even load, which users of a tool lack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.link import Link
from stillwatch.detection.statistics import at_least, bounded
from stillwatch.detection.world import town
from stillwatch.logs.window_rows import DAY_NS, Ints

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "model_pivot"
_LEAST_USERS = 20
_LEAST_QUICK = 4


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    found: list[Evidence] = []
    start = int(scene.population.first_at.min())
    released = [model for model in scene.models if model.first_at > start + DAY_NS and model.accounts >= _LEAST_USERS]
    for model in released:
        times = suspects.events["started_at"]
        is_first_day = (times >= model.first_at) & (times < model.first_at + DAY_NS)
        uses = suspects.events.model == model.name
        is_early = _showing(suspects, is_first_day & uses)
        present, early = int(_showing(suspects, is_first_day).sum()), int(is_early.sum())
        quick = int((is_early & _showing(suspects, times < model.first_at)).sum())
        others = _others_active(scene.tallies.first_day[model.name], suspects.accounts)
        if quick < _LEAST_QUICK or others < _LEAST_USERS:
            continue
        usual = min(1.0, (model.early_accounts - early + 1) / (others + 2))
        p_value = bounded(at_least(quick, present, usual) * len(released))
        found.append(
            Evidence(
                family=Family.TIMING,
                source=NAME,
                score=quick / present,
                p_value=p_value,
                because=(
                    f"{quick} of the {present} accounts that were active when {model.name} "
                    "first appeared moved to it within a day; "
                    f"of the other accounts that were active then, {usual:.0%} did"
                ),
                accounts=quick,
                exchanges=int(uses.sum()),
            )
        )
    return min(found, key=lambda one: one.p_value, default=None)


def _showing(suspects: Suspects, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which accounts, shape (size,), have one of the events chosen, shape (m,)."""
    return np.bincount(suspects.place[chosen], minlength=suspects.size) > 0


def _others_active(active: Ints, members: Ints) -> int:
    """Accounts of `active`, which is ascending, that are no members."""
    place = np.minimum(np.searchsorted(active, members), max(0, len(active) - 1))
    return len(active) - (int((active[place] == members).sum()) if len(active) else 0)


def _askable(scene: Scene) -> bool:
    return len(scene.models) > 1


LINK = Link(
    name=NAME,
    family=Family.TIMING,
    axis="hand",
    status="experimental",
    reads=("request_model", "started_at"),
    askable=_askable,
    test=_test,
    cases=(
        Case(
            name="a fleet moves to a new model in half a day, the town in eight",
            fires=True,
            make=lambda: town().fleet(20).with_release(day=6, usual_days=8, own_days=0.5),
        ),
        Case(
            name="the whole town tries the new model on its first morning",
            fires=False,
            make=lambda: town().fleet(20).with_release(day=6, usual_days=0.2, own_days=0.2),
        ),
    ),
)
