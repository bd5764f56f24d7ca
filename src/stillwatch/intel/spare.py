"""Keep out what would be held against strangers, when a campaign is told.

spared = spare(campaign, warninglists)
spared.campaign            # what may be told
spared.held_back           # what may not, and why

An address of a public cloud, a VPN or a private relay is used by everybody who rents there. Told alone it makes
innocents suspects at every member. It goes only beside something that is the operator's own (an account, a payment
instrument, a device, a template), and then with a confidence that STIX calls low.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.read_bundle import Refused

if TYPE_CHECKING:
    from stillwatch.core.indicator import Indicator
    from stillwatch.core.read_bundle import ReadBundle
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
    """What goes with a low confidence, and why."""


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


def spare_read(read: ReadBundle, lists: Warninglists) -> ReadBundle:
    """What was read, without what must not be told; that is among the refused, with its reason."""
    if lists.is_empty:
        return read
    spared = [spare(one, lists) for one in read.campaigns]
    held = [Refused(id=one.indicator.id, why=one.why) for each in spared for one in each.held_back]
    return replace(read, campaigns=tuple(one.campaign for one in spared), refused=(*read.refused, *held))
