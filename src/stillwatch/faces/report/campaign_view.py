"""What the page shows of one campaign, arranged and cut to size."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.campaign import Campaign, Evidence, Family, Member, Standing
from stillwatch.faces.report.graph_chart import GraphChart, draw_graph
from stillwatch.faces.report.template_slots import Piece, template_slots
from stillwatch.faces.report.timeline_chart import TimelineChart, draw_timeline
from stillwatch.faces.report.visible_text import clipped
from stillwatch.faces.report.what_was_found import headline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.core.campaign import Picture, ScanResult, Taken

_PAGE_BYTES: Final = 4_300_000
_CAMPAIGN_BYTES: Final = 50_000
_LEAST_MEMBER_BYTES: Final = 400_000
"""What is left of the page beside its campaigns' pictures and texts is the room for their member tables."""
_CELL: Final = 300
_TEXT: Final = 4_000
_DRAWN: Final = ((6, 220), (20, 120), (10_000, 60))
"""Up to so many campaigns: so many accounts drawn in each, since the layout costs the square of it."""


class FamilyEvidence(NamedTuple):
    family: Family
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignView:
    campaign: Campaign
    number: int
    headline: str
    families: tuple[FamilyEvidence, ...]
    standings: tuple[tuple[Standing, int], ...]
    """Every standing with its number of members."""
    graph: GraphChart | None
    timeline: TimelineChart | None
    template: tuple[Piece, ...]
    sample: tuple[Piece, ...]
    taken: tuple[Taken, ...]
    members: tuple[Member, ...]
    """Members that the table holds, from the surest."""
    members_left_out: int
    island: Mapping[str, Any]
    """The member table as columns, for the script."""


def campaign_views(result: ScanResult) -> tuple[CampaignView, ...]:
    """Arrange all campaigns, from the surest; together their member tables stay within the room for them."""
    ranked = sorted(result.campaigns, key=lambda campaign: (campaign.q_value, -campaign.exchanges, campaign.id))
    pictures = {picture.campaign_id: picture for picture in result.pictures}
    drawn = next(most for campaigns, most in _DRAWN if len(ranked) <= campaigns)
    rooms = _rooms(ranked)
    return tuple(
        _view(campaign, number, pictures.get(campaign.id), drawn=drawn, room=rooms[number - 1])
        for number, campaign in enumerate(ranked, start=1)
    )


def _rooms(campaigns: Sequence[Campaign]) -> list[int]:
    """Share the room out: small tables whole, the rest of it evenly among the large ones."""
    needs = [sum(_size(member) for member in campaign.members) for campaign in campaigns]
    rooms = [0] * len(needs)
    left = max(_LEAST_MEMBER_BYTES, _PAGE_BYTES - _CAMPAIGN_BYTES * len(campaigns))
    for done, index in enumerate(sorted(range(len(needs)), key=lambda index: needs[index])):
        rooms[index] = min(needs[index], left // (len(needs) - done))
        left -= rooms[index]
    return rooms


def _size(member: Member) -> int:
    texts = min(len(member.account_id), _CELL) + min(len(member.because), _CELL)
    return texts + sum(ord(character) > 0x7F for character in member.account_id + member.because) * 2 + 12


def _view(campaign: Campaign, number: int, picture: Picture | None, *, drawn: int, room: int) -> CampaignView:
    ranked = sorted(campaign.members, key=lambda member: (-member.confidence, member.account_id))
    members = _within(ranked, room)
    standings = {member.account_id: member.standing for member in campaign.members}
    counts = Counter(standings.values())
    return CampaignView(
        campaign=campaign,
        number=number,
        headline=headline(campaign),
        families=_families(campaign.evidence),
        standings=tuple((standing, counts[standing]) for standing in Standing),
        graph=draw_graph(picture, standings, members=len(campaign.members), most=drawn) if picture else None,
        timeline=draw_timeline(picture) if picture else None,
        template=template_slots(clipped(picture.template_text, _TEXT)) if picture else (),
        sample=template_slots(clipped(picture.sample_text, _TEXT)) if picture else (),
        taken=tuple(sorted(picture.taken, key=lambda each: (-each.exchanges, each.capability))) if picture else (),
        members=members,
        members_left_out=len(ranked) - len(members),
        island=_columns(members),
    )


def _within(members: Sequence[Member], room: int) -> tuple[Member, ...]:
    kept = []
    for member in members:
        room -= _size(member)
        if room < 0:
            break
        kept.append(member)
    return tuple(kept)


def _families(evidence: Sequence[Evidence]) -> tuple[FamilyEvidence, ...]:
    """The families in the order of their strongest finding."""
    least = {each.family: min(e.p_value for e in evidence if e.family == each.family) for each in evidence}
    ranked = sorted(
        evidence, key=lambda each: (least[each.family], each.family, each.p_value, -each.score, each.source)
    )
    return tuple(FamilyEvidence(family, tuple(each)) for family, each in groupby(ranked, lambda each: each.family))


def _columns(members: Sequence[Member]) -> dict[str, Any]:
    """Columns, with repeated reasons written once."""
    reasons = {reason: place for place, reason in enumerate(dict.fromkeys(clipped(m.because, _CELL) for m in members))}
    return {
        "ids": [clipped(member.account_id, _CELL) for member in members],
        "standings": [member.standing.value[0] for member in members],
        "confidences": [min(round(member.confidence, 3), 0.999 if member.confidence < 1 else 1) for member in members],
        "reasons": list(reasons),
        "reason": [reasons[clipped(member.because, _CELL)] for member in members],
    }
