"""Accounts that move to a new model together, within a day of its release.

Sees: the share of the group's accounts whose first use of a model that appears inside the log falls within 24 hours of
its appearance, against the share among all accounts that ever use it.
Null model: each account decides on its own when to try a new model, as quickly as the other accounts of the log did.
Looks the same: release-day benchmarking by everyone at once; then the rest of the log moves as fast, and nothing is seen.
"""

from __future__ import annotations

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.link import Link
from stillwatch.detection.scene import Scene, Suspects
from stillwatch.detection.statistics import at_least, bounded
from stillwatch.logs.window import DAY_NS

NAME = "model_pivot"
_LEAST_USERS = 20
_QUICK_PRIOR = 1.0


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    found: list[Evidence] = []
    start = int(scene.population.first_at.min())
    released = [model for model in scene.models if model.first_at > start + DAY_NS and model.accounts >= _LEAST_USERS]
    for model in released:
        uses = suspects.events.model == model.name
        before = suspects.events["started_at"] < model.first_at
        users = np.unique(suspects.place[uses])
        had_been_there = np.intersect1d(users, np.unique(suspects.place[before]))
        quick = np.intersect1d(np.unique(suspects.place[uses & (suspects.events["started_at"] < model.first_at + DAY_NS)]), had_been_there)
        others = model.accounts - len(users)
        if len(had_been_there) < 4 or others < _LEAST_USERS:
            continue
        usual = _usual_share(scene, model.first_at, others, _QUICK_PRIOR)
        p_value = bounded(at_least(len(quick), len(had_been_there), usual) * len(released))
        found.append(
            Evidence(
                family=Family.TIMING,
                source=NAME,
                score=len(quick) / len(had_been_there),
                p_value=p_value,
                because=f"{len(quick)} of {len(had_been_there)} accounts moved to {model.name} within a day of its first appearance; of the other accounts that use it, about {usual:.0%} did",
                accounts=len(quick),
                exchanges=int(uses.sum()),
            )
        )
    return min(found, key=lambda one: one.p_value, default=None)


def _usual_share(scene: Scene, first_at: int, others: int, prior: float) -> float:
    """Share of users that came on the first day if they came evenly over the rest of the log, and at least the prior's."""
    days = max(1.0, (int(scene.population.last_at.max()) - first_at) / DAY_NS)
    return min(0.95, max(1.0 / days, (prior + others / days) / (others + 2 * prior)) * 2)


LINK = Link(name=NAME, family=Family.TIMING, axis="hand", status="experimental", reads=("request_model", "started_at"), test=_test)
