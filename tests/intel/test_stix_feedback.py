from __future__ import annotations

import pytest
from shared_factory import NOW, PRODUCER, campaign, indicator

from stillwatch.core.feedback import Opinion, Sighting
from stillwatch.core.marking import Handling
from stillwatch.core.provenance import Stance
from stillwatch.intel.stix_feedback import write_feedback
from stillwatch.intel.stix_read import read_bundle


@pytest.mark.parametrize("stance", Stance)
def test_it_is_read_back(stance: Stance) -> None:
    seen = Sighting(
        id="sighting--3b1d5e9a-7c2f-4d8e-9a6b-5c4d3e2f1a0b",
        of_id=indicator().id,
        by_id=PRODUCER,
        at=NOW,
        count=7,
        first_seen=NOW,
        last_seen=NOW,
    )
    said = Opinion(
        id="opinion--9e8d7c6b-5a4f-4e3d-8c2b-1a0f9e8d7c6b",
        about_ids=(indicator().id, campaign().id),
        by_id=PRODUCER,
        at=NOW,
        stance=stance,
        explanation="",
    )
    data = write_feedback(PRODUCER, "Member B", handling=Handling(), sightings=[seen], opinions=[said])
    read = read_bundle(data)
    assert (read.sightings, read.opinions, read.refused, read.campaigns) == ((seen,), (said,), (), ())
