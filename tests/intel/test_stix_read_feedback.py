from __future__ import annotations

import orjson
import pytest
from shared_factory import campaign

from stillwatch.intel.stix_read import read_bundle
from stillwatch.intel.stix_write import write_bundle


def test_somebody_elses_sighting_of_a_campaign_is_one() -> None:
    sent = orjson.loads(write_bundle(campaign()))
    reader = "identity--66666666-54d1-4b6a-8b7c-1f2d3c4b5a69"
    own = next(one for one in sent["objects"] if one["type"] == "sighting")
    sent["objects"].append({**own, "id": own["id"][:-4] + "ffff", "created_by_ref": reader, "count": 3})
    (seen,) = read_bundle(orjson.dumps(sent)).sightings
    assert (seen.by_id, seen.of_id, seen.count) == (reader, campaign().id, 3)


def test_words_of_others_fall_in_three_classes() -> None:
    words = ["strongly-agree", "agree", "neutral", "disagree", "strongly-disagree", "whatever"]
    made = [
        {
            "type": "opinion",
            "id": f"opinion--{number:08x}-7c2f-4d8e-9a6b-5c4d3e2f1a0b",
            "created": "2026-01-01T00:00:00Z",
            "opinion": word,
            "object_refs": [campaign().id],
        }
        for number, word in enumerate(words)
    ]
    read = read_bundle(orjson.dumps({"objects": made})).opinions
    assert [one.stance for one in read] == ["confirms", "confirms", "investigates", "denies", "denies", "investigates"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"type": "sighting", "sighting_of_ref": "nothing"}, "of nothing"),
        ({"type": "sighting", "first_seen": "0001-01-01T00:00:00+14:00"}, "date value out of range"),
        ({"type": "opinion", "object_refs": ["nothing"]}, "about nothing"),
    ],
)
def test_what_does_not_hold_is_refused(said: dict[str, object], why: str) -> None:
    usual = {"created": "2026-01-01T00:00:00Z", "opinion": "agree", "sighting_of_ref": campaign().id}
    name = f"{said['type']}--00000001-7c2f-4d8e-9a6b-5c4d3e2f1a0b"
    read = read_bundle(orjson.dumps({"objects": [{"id": name, **usual, **said}]}))
    assert (read.sightings, read.opinions) == ((), ())
    assert [why in one.why for one in read.refused] == [True]
