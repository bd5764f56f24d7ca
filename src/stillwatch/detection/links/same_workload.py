"""Accounts that ask for the same mixture of things, though they share no wording.

Sees: the mean similarity sketch of an account's prompts, its profile. Random shards of one workload have profiles that
differ by sampling noise only; people and companies have subjects of their own.
Why: a harvest of bare questions has no template; its shards still are draws from one list.
Null model: groups of random accounts of the same volumes; the statistic is the mean squared distance between members'
profiles over what sampling noise alone would give. The group was chosen for being alike, so this evidence is of the
axis `program` and needs another beside it.
Looks the same: strangers who run one public benchmark, customers of one app.
Evaded by: sorting the list by subject before dealing it out; cover traffic.
References: kernel mean embeddings with sign random features (Charikar 2002; Gretton et al. 2012).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.link import Hub, Link
from stillwatch.detection.profiles import alike_groups, group_spread
from stillwatch.detection.statistics import lower_tail
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "same_workload"
_DRAWS: Final = 60
_MOST_COMPARED: Final = 150


def _propose(scene: Scene) -> list[Hub]:
    none = np.zeros(0, np.int64)
    return [Hub(group, scene.population.exchanges[group], none, none) for group in alike_groups(scene)]


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    if suspects.origin != NAME:
        return None
    mine = suspects.accounts[~np.isnan(scene.profile[suspects.accounts, 0])][:_MOST_COMPARED]
    others = np.setdiff1d(scene.tallies.profiled, suspects.accounts, assume_unique=True)
    if len(mine) < 4 or len(others) < 30:
        return None
    random = np.random.default_rng(scene.seed)
    counts = scene.population.exchanges
    observed = group_spread(scene.profile[mine], counts[mine])
    drawn = random.choice(others, (_DRAWS, len(mine)))
    null: npt.NDArray[np.float64] = np.array([group_spread(scene.profile[row], counts[row]) for row in drawn])
    usual = float(np.median(null))
    return Evidence(
        family=Family.CONTENT,
        source=NAME,
        score=float(np.clip(1 - observed / usual, 0, 1)),
        p_value=lower_tail(float(np.log(observed)), np.log(null)),
        because=(
            f"what the {suspects.size} accounts ask for differs {observed:.1f} times as much as shards of one list "
            f"would; between unrelated accounts it differs {usual:.1f} times as much"
        ),
        accounts=suspects.size,
        exchanges=suspects.exchanges,
    )


LINK = Link(
    name=NAME,
    family=Family.CONTENT,
    axis="program",
    status="stable",
    reads=("prompt_text",),
    test=_test,
    propose=_propose,
    cases=(
        Case(
            name="twenty shards of one list of questions",
            fires=True,
            make=lambda: town().people(20).on_one_subject().proposed_by("same_workload"),
        ),
        Case(
            name="twenty people with subjects of their own",
            fires=False,
            make=lambda: town().people(20).proposed_by("same_workload"),
        ),
    ),
)
