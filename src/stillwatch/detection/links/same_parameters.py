"""Accounts that use one and the same uncommon set of request parameters.

Sees: temperature, top_p, max_tokens, n, log-probabilities and the rest, equal over most members. Proposes the cells of
one configuration and one client.
Why: a pipeline has one configuration.
Null model: each member takes the set with the probability that other accounts of the log do; `facet_tie.common_value`.
Looks the same: users of one tool, whose defaults are one set: so the axis is `program`, never `hand`.
Evaded by: jittering parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.facet_tie import common_value
from stillwatch.detection.link import Link
from stillwatch.detection.program_cells import program_cells
from stillwatch.detection.world import town
from stillwatch.detection.world_people import POPULAR

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "same_parameters"


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    tie = common_value(scene, suspects, "params")
    if tie is None:
        return None
    return Evidence(
        family=Family.PARAMETERS,
        source=NAME,
        score=tie.members / suspects.size,
        p_value=tie.p_value,
        because=f"{tie.members} of {tie.known} members use one set of request parameters; "
        f"{tie.usual:.1%} of other accounts do",
        accounts=tie.members,
        exchanges=suspects.exchanges,
    )


LINK = Link(
    name=NAME,
    family=Family.PARAMETERS,
    axis="program",
    status="stable",
    reads=("params",),
    test=_test,
    propose=program_cells,
    cases=(
        Case(
            name="all use one uncommon configuration", fires=True, make=lambda: town().fleet(20).sharing("params_key")
        ),
        Case(
            name="a third of them use the defaults that are popular in town",
            fires=False,
            make=lambda: town().people(20).sharing("params_key", share=0.3, value=POPULAR),
        ),
    ),
)
