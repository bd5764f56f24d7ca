"""What a hunt has found, as sightings to tell the source: objects of the sighter's own, one an indicator.

    sightings_of(hunt, by_id="identity--…", at=now)

Only what a lead rests on is sighted: that an exit of a public cloud was seen says nothing to anybody. What was looked
for and not found is not told either, since a store shorter than the campaign proves nothing. The id follows from what
is said, so that the same find told twice is one sighting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.feedback import Sighting
from stillwatch.core.hunt import Weight
from stillwatch.intel.stix_ids import derived_id

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.core.hunt import Hunt, IndicatorFound


def sightings_of(hunt: Hunt, *, by_id: str, at: datetime) -> tuple[Sighting, ...]:
    """One sighting for each indicator that weighs as a lead, over all stores; `by_id` is the sighter's STIX id."""
    found: dict[str, list[IndicatorFound]] = {}
    for one in hunt.found:
        if one.weight is Weight.LEAD:
            found.setdefault(one.indicator_id, []).append(one)
    return tuple(_sighting(of_id, seen, by_id, at) for of_id, seen in found.items())


def _sighting(of_id: str, seen: list[IndicatorFound], by_id: str, at: datetime) -> Sighting:
    count = sum(one.exchanges for one in seen)
    first, last = min(one.first_seen for one in seen), max(one.last_seen for one in seen)
    said = (by_id, of_id, str(count), first.isoformat(), last.isoformat())
    return Sighting(
        id=derived_id("sighting", *said), of_id=of_id, by_id=by_id, at=at, count=count, first_seen=first, last_seen=last
    )
