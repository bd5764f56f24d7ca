"""Read sightings and opinions; an author's sighting of his own campaign is its volume, and not a second one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from stillwatch.core.feedback import Opinion, Sighting
from stillwatch.core.provenance import Stance
from stillwatch.core.read_bundle import Refused
from stillwatch.intel import stix_received as stix
from stillwatch.intel.stix_ids import is_id
from stillwatch.intel.stix_read_parts import shown
from stillwatch.intel.stix_time import in_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from stillwatch.intel.stix_shelf import Shelf

_Said = TypeVar("_Said", bound=stix.Received)
_Read = TypeVar("_Read", Sighting, Opinion)
_STANCES: Final = {
    "strongly-agree": Stance.CONFIRMS,
    "agree": Stance.CONFIRMS,
    "neutral": Stance.INVESTIGATES,
    "disagree": Stance.DENIES,
    "strongly-disagree": Stance.DENIES,
}


def read_sightings(shelf: Shelf, refused: list[Refused]) -> tuple[Sighting, ...]:
    """Those that hold; what is refused is added to the list."""
    said = (one for one in shelf.all(stix.Sighting) if not one.revoked and not _is_own(shelf, one))
    return tuple(_sound(said, _sighting, refused))


def read_opinions(shelf: Shelf, refused: list[Refused]) -> tuple[Opinion, ...]:
    """As `read_sightings`."""
    return tuple(_sound((one for one in shelf.all(stix.Opinion) if not one.revoked), _opinion, refused))


def _sound(said: Iterable[_Said], read: Callable[[_Said], _Read], refused: list[Refused]) -> Iterator[_Read]:
    for one in said:
        try:
            yield read(one)
        except (ValueError, OverflowError) as error:
            refused.append(Refused(id=one.id, why=str(error)))


def _sighting(one: stix.Sighting) -> Sighting:
    if not is_id(one.sighting_of_ref):
        raise ValueError("it is of nothing that has an id")
    begun = in_utc(one.first_seen or one.created)
    return Sighting(
        id=one.id,
        of_id=one.sighting_of_ref,
        by_id=one.created_by_ref or "",
        at=in_utc(one.modified or one.created),
        count=one.count,
        first_seen=begun,
        last_seen=max(begun, in_utc(one.last_seen or begun)),
    )


def _opinion(one: stix.Opinion) -> Opinion:
    about = tuple(filter(is_id, one.object_refs))
    if not about:
        raise ValueError("it is about nothing that has an id")
    return Opinion(
        id=one.id,
        about_ids=about,
        by_id=one.created_by_ref or "",
        at=in_utc(one.modified or one.created),
        stance=_STANCES.get(one.opinion, Stance.INVESTIGATES),
        explanation=shown(one.explanation),
    )


def _is_own(shelf: Shelf, one: stix.Sighting) -> bool:
    campaign = shelf.get(stix.Campaign, one.sighting_of_ref)
    return campaign is not None and campaign.created_by_ref == one.created_by_ref
