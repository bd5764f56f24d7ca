"""Accounts whose requests come from one uncommon client: user agent, header order and TLS fingerprint together.

Why: a fleet runs one harvester.
Null model: each member has the client with the probability that other accounts of the log do; `facet_tie.common_value`.
Looks the same: users of one library or tool: so the axis is `program`, never `hand`.
Evaded by: copying the tuple of a popular client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.facet_tie import common_value
from stillwatch.detection.link import Link
from stillwatch.detection.world import town
from stillwatch.detection.world_people import POPULAR

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "same_client"


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    tie = common_value(scene, suspects, "client")
    if tie is None:
        return None
    return Evidence(
        family=Family.INFRASTRUCTURE,
        source=NAME,
        score=tie.members / suspects.size,
        p_value=tie.p_value,
        because=f"{tie.members} of {tie.known} members use one client program; {tie.usual:.1%} of other accounts do",
        accounts=tie.members,
        exchanges=suspects.exchanges,
    )


LINK = Link(
    name=NAME,
    family=Family.INFRASTRUCTURE,
    axis="program",
    status="stable",
    reads=(
        "user_agent",
        "tls_ja4",
        "header_order",
    ),
    test=_test,
    cases=(
        Case(name="all run one uncommon program", fires=True, make=lambda: town().fleet(20).sharing("client_key")),
        Case(
            name="a third of them run the library that is popular in town",
            fires=False,
            make=lambda: town().people(20).sharing("client_key", share=0.3, value=POPULAR),
        ),
    ),
)
