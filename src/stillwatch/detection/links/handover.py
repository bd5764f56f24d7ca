"""Conversations that go on at another account right after a refusal.

Sees: the next turn, or the same request again, at another account of the group within an hour of a 429 or 403.
Why: only somebody who holds both accounts has the conversation; a throttled fleet hands its work to the next account.
Null model: a refusal leads to a hand-over as often as refusals outside of the group do (Poisson, with one hand-over
added, so that a log without any does not make a single one certain). Hand-overs after a 5xx are normal fail-over and
count for nothing.
Looks the same: a customer with two keys and a client that fails over on 429; two accounts are no group.
Evaded by: dropping the refused request.
"""

from __future__ import annotations

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.link import Hub, Link
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene, Suspects
from stillwatch.detection.statistics import poisson_at_least
from stillwatch.detection.ties import components
from stillwatch.detection.world import town

NAME = "handover"
_LEAST_HANDOVERS = 3


def _propose(scene: Scene) -> list[Hub]:
    hands = scene.handovers
    seen = hands.after_refusal > 0
    none = np.zeros(0, np.int64)
    groups = components(hands.left[seen], hands.right[seen], scene.accounts, LEAST_ACCOUNTS)
    return [Hub(group, np.ones(len(group), np.int64), none, none) for group in groups]


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    hands = scene.handovers
    inside = np.isin(hands.left, suspects.accounts) & np.isin(hands.right, suspects.accounts)
    count = int(hands.after_refusal[inside].sum())
    if count < _LEAST_HANDOVERS:
        return None
    outside = ~inside
    refusals = int(scene.population.refused[suspects.accounts].sum())
    all_refusals = max(1, int(scene.population.refused.sum()) - refusals)
    expected = (int(hands.after_refusal[outside].sum()) + 1) / all_refusals * max(1, refusals)
    accounts = np.union1d(
        hands.left[inside & (hands.after_refusal > 0)], hands.right[inside & (hands.after_refusal > 0)]
    )
    return Evidence(
        family=Family.SUCCESSION,
        source=NAME,
        score=min(1.0, len(accounts) / suspects.size),
        p_value=poisson_at_least(count, expected),
        because=f"{count} times a conversation went on at another account of the group within an hour "
        f"of a refusal (429 or 403); {len(accounts)} of {suspects.size} accounts took part, "
        f"and {expected:.1f} such hand-overs would be expected",
        accounts=len(accounts),
        exchanges=count,
    )


def _askable(scene: Scene) -> bool:
    return bool(scene.population.refused.any())


LINK = Link(
    name=NAME,
    family=Family.SUCCESSION,
    axis="hand",
    status="stable",
    reads=("status_code", "chain_self"),
    askable=_askable,
    test=_test,
    propose=_propose,
    cases=(
        Case(
            name="refused requests go on at the next account",
            fires=True,
            make=lambda: town().fleet(20).handing_over(12),
        ),
        Case(
            name="a client fails over after server errors",
            fires=False,
            make=lambda: town().fleet(20).handing_over(12, after_refusal=False),
        ),
    ),
)
