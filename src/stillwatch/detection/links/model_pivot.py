"""Accounts that move to a new model together, within a day of its release.

Sees: the share of the group's accounts whose first use of a model that appears inside the log falls within 24 hours of
its appearance, against the share among all accounts that ever use it.
Null model: each account decides on its own when to try a new model, as quickly as the other accounts of the log did.
Looks the same: release-day benchmarking by everyone at once; then the rest of the log moves as fast, and nothing is seen.
"""

from __future__ import annotations

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.link import Link
from stillwatch.detection.scene import Scene, Suspects
from stillwatch.detection.statistics import at_least, bounded
from stillwatch.detection.world import town
from stillwatch.logs.window import DAY_NS

NAME = "model_pivot"
_LEAST_USERS = 20


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    found: list[Evidence] = []
    start = int(scene.population.first_at.min())
    released = [model for model in scene.models if model.first_at > start + DAY_NS and model.accounts >= _LEAST_USERS]
    for model in released:
        uses = suspects.events.model == model.name
        before = suspects.events["started_at"] < model.first_at
        users = np.unique(suspects.place[uses])
        had_been_there = np.intersect1d(users, np.unique(suspects.place[before]))
        early = np.unique(suspects.place[uses & (suspects.events["started_at"] < model.first_at + DAY_NS)])
        quick = np.intersect1d(early, had_been_there)
        others = model.accounts - len(users)
        if len(had_been_there) < 4 or others < _LEAST_USERS:
            continue
        usual = (model.early_accounts - len(early) + 1) / (others + 2)
        p_value = bounded(at_least(len(quick), len(users), usual) * len(released))
        found.append(
            Evidence(
                family=Family.TIMING,
                source=NAME,
                score=len(quick) / len(users),
                p_value=p_value,
                because=f"{len(quick)} of {len(users)} accounts that use {model.name} moved to it within a day of its first appearance; of the other accounts that use it, {usual:.0%} did",
                accounts=len(quick),
                exchanges=int(uses.sum()),
            )
        )
    return min(found, key=lambda one: one.p_value, default=None)


LINK = Link(
    name=NAME,
    family=Family.TIMING,
    axis="hand",
    status="experimental",
    reads=("request_model", "started_at"),
    test=_test,
    cases=(
        Case(
            name="a fleet moves to a new model in half a day, the town in eight",
            fires=True,
            make=lambda: town().fleet(20).with_release(day=6, usual_days=8, own_days=0.5),
        ),
        Case(
            name="the whole town tries the new model on its first day",
            fires=False,
            make=lambda: town().fleet(20).with_release(day=6, usual_days=0.5, own_days=0.5),
        ),
    ),
)
