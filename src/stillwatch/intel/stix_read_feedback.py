"""Read sightings and opinions; an author's sighting of his own campaign is its volume, and not a second one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.feedback import Opinion, Sighting
from stillwatch.core.provenance import Stance
from stillwatch.intel import stix_received as stix
from stillwatch.intel.stix_ids import is_id

if TYPE_CHECKING:
    from stillwatch.intel.stix_shelf import Shelf

_STANCES: Final = {
    "strongly-agree": Stance.CONFIRMS,
    "agree": Stance.CONFIRMS,
    "neutral": Stance.INVESTIGATES,
    "disagree": Stance.DENIES,
    "strongly-disagree": Stance.DENIES,
}


def read_sightings(shelf: Shelf) -> tuple[Sighting, ...]:
    return tuple(
        Sighting(
            id=one.id,
            of_id=one.sighting_of_ref,
            by_id=one.created_by_ref or "",
            at=one.modified or one.created,
            count=one.count,
            first_seen=one.first_seen or one.created,
            last_seen=one.last_seen or one.first_seen or one.created,
        )
        for one in shelf.all(stix.Sighting)
        if not one.revoked and is_id(one.sighting_of_ref) and not _is_own(shelf, one)
    )


def read_opinions(shelf: Shelf) -> tuple[Opinion, ...]:
    return tuple(
        Opinion(
            id=one.id,
            about_ids=tuple(filter(is_id, one.object_refs)),
            by_id=one.created_by_ref or "",
            at=one.modified or one.created,
            stance=_STANCES.get(one.opinion, Stance.INVESTIGATES),
            explanation=one.explanation,
        )
        for one in shelf.all(stix.Opinion)
        if not one.revoked
    )


def _is_own(shelf: Shelf, one: stix.Sighting) -> bool:
    campaign = shelf.get(stix.Campaign, one.sighting_of_ref)
    return campaign is not None and campaign.created_by_ref == one.created_by_ref
