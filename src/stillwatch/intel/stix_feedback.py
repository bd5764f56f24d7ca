"""Write what a reader says back: sightings and opinions, as objects of the reader's own.

data = write_feedback("identity--…", "Member B", sightings=[...], opinions=[...], handling=Handling())
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.provenance import Stance
from stillwatch.intel import stix_objects as stix
from stillwatch.intel.stix_markings import marked
from stillwatch.intel.stix_time import stix_time
from stillwatch.intel.stix_write import bundle_of, producer_identity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from stillwatch.core.feedback import Opinion, Sighting
    from stillwatch.core.marking import Handling

_WORDS: Final = {Stance.CONFIRMS: "agree", Stance.INVESTIGATES: "neutral", Stance.DENIES: "disagree"}


def write_feedback(
    reader_id: str,
    reader_name: str,
    *,
    handling: Handling,
    sightings: Iterable[Sighting] = (),
    opinions: Iterable[Opinion] = (),
) -> bytes:
    """One bundle of them. The markings are those of what they are about, or stricter: they tell of it."""
    markings = marked(handling)

    def common(at: datetime) -> dict[str, Any]:
        moment = stix_time(at)
        return {
            "spec_version": "2.1",
            "created_by_ref": reader_id,
            "created": moment,
            "modified": moment,
            "object_marking_refs": markings.refs,
        }

    seen = [
        stix.Sighting(
            id=one.id,
            sighting_of_ref=one.of_id,
            where_sighted_refs=[reader_id],
            count=min(one.count, stix.MOST_COUNTED),
            first_seen=stix_time(one.first_seen),
            last_seen=stix_time(one.last_seen),
            **common(one.at),
        )
        for one in sightings
    ]
    said = [
        stix.Opinion(
            id=one.id,
            opinion=_WORDS[one.stance],
            explanation=one.explanation or None,
            object_refs=list(one.about_ids),
            **common(one.at),
        )
        for one in opinions
    ]
    return bundle_of(reader_id, (*markings.definitions, producer_identity(reader_id, reader_name), *seen, *said))
