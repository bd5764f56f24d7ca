"""Accounts that send from one address.

Null model: each member uses the address with the probability that other accounts of the log do;
`facet_tie.common_value`.
Looks the same: a class or office behind one gateway, a VPN exit, a cloud function. An address behind a load balancer is
told by being nearly everybody's, and the facet is then ignored. This family never carries a case.
Evaded by: an address of its own for each account.
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

NAME = "shared_address"


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    tie = common_value(scene, suspects, "address")
    if tie is None:
        return None
    return Evidence(
        family=Family.INFRASTRUCTURE,
        source=NAME,
        score=tie.members / suspects.size,
        p_value=tie.p_value,
        because=f"{tie.members} of {tie.known} members send mostly from one address; {tie.usual:.1%} "
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
            name="most members send from one exit",
            fires=True,
            make=lambda: town().fleet(20).sharing("address_key", share=0.8),
        ),
        Case(
            name="the log shows the load balancer instead of the clients",
            fires=False,
            make=lambda: town().fleet(20).sharing("address_key").behind_one_balancer(),
        ),
    ),
)
