"""Keep back what would be held against strangers, before a campaign is shared.

spared = spare(campaign, warninglists)
spared.campaign            # what may leave
spared.held_back           # what stays, and why

An address of a public cloud, a VPN or a private relay is used by everybody who rents there. Shared alone it makes
innocents suspects at every member. It leaves only beside something that is the operator's own (an account, a payment
instrument, a device, a template), and then with a confidence that STIX calls low.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.indicator import IndicatorKind

if TYPE_CHECKING:
    from stillwatch.core.indicator import Indicator
    from stillwatch.core.shared_campaign import SharedCampaign
    from stillwatch.intel.warninglists import Warninglists

OWN: Final = frozenset(
    (
        *(IndicatorKind.ACCOUNT, IndicatorKind.EMAIL, IndicatorKind.PHONE, IndicatorKind.PAYMENT),
        *(IndicatorKind.DEVICE, IndicatorKind.TEMPLATE),
    )
)
"""Kinds that an operator makes or holds; whatever else strangers may share with it."""
LOW: Final = 15
"""The middle of what the scale None/Low/Med/High of STIX calls low."""


class HeldBack(NamedTuple):
    indicator: Indicator
    why: str


class Spared(NamedTuple):
    campaign: SharedCampaign
    held_back: tuple[HeldBack, ...]
    lowered: tuple[HeldBack, ...]
    """What leaves with a low confidence, and why."""


def spare(campaign: SharedCampaign, lists: Warninglists) -> Spared:
    """The campaign without listed addresses, blocks and domains, or with them at a low confidence; see above."""
    has_own = any(one.kind in OWN for one in campaign.indicators)
    kept: list[Indicator] = []
    held, lowered = list[HeldBack](), list[HeldBack]()
    for one in campaign.indicators:
        names = lists.names(one.kind, one.value)
        if not names:
            kept.append(one)
            continue
        why = f"on {', '.join(names)}: strangers share it"
        if has_own:
            kept.append(replace(one, confidence=min(one.confidence, LOW)))
            lowered.append(HeldBack(one, why))
        else:
            held.append(HeldBack(one, f"{why}, and nothing of the operator's own goes with it"))
    return Spared(replace(campaign, indicators=tuple(kept)), tuple(held), tuple(lowered))
