"""Accounts that send from one neighbourhood of addresses (/24 or /48).

Null model: as for `shared_address`; a neighbourhood that many accounts use weighs nothing.
Looks the same: one cloud region, one office, one university.
Evaded by: residential addresses all over the world.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.facet_tie import common_value
from stillwatch.detection.link import Link
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "shared_network"


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    tie = common_value(scene, suspects, "prefix")
    if tie is None:
        return None
    return Evidence(
        family=Family.INFRASTRUCTURE,
        source=NAME,
        score=tie.members / suspects.size,
        p_value=tie.p_value,
        because=f"{tie.members} of {tie.known} members send mostly from one network; {tie.usual:.1%} "
        "of other accounts do",
        accounts=tie.members,
        exchanges=suspects.exchanges,
    )


LINK = Link(
    name=NAME,
    family=Family.INFRASTRUCTURE,
    axis="hand",
    status="stable",
    reads=("client_address",),
    test=_test,
    cases=(
        Case(
            name="most members send from one network that nobody else uses",
            fires=True,
            make=lambda: town().fleet(20).sharing("prefix_key", share=0.8),
        ),
        Case(
            name="members use the cloud region that half of the town uses",
            fires=False,
            make=lambda: town().sharing("prefix_key", share=0.5).people(20).sharing("prefix_key", share=0.6),
        ),
    ),
)
