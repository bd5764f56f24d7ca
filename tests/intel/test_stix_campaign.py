from __future__ import annotations

from collections import Counter

import orjson
from shared_factory import campaign, indicator

from stillwatch.intel.stix_objects import MOST_COUNTED
from stillwatch.intel.stix_write import write_bundle


def test_it_is_told_in_standard_objects() -> None:
    objects = orjson.loads(write_bundle(campaign()))["objects"]
    ties = Counter(
        (one["source_ref"].partition("--")[0], one["relationship_type"], one["target_ref"].partition("--")[0])
        for one in objects
        if one["type"] == "relationship"
    )
    assert ties == {
        ("campaign", "uses", "attack-pattern"): 3,
        ("campaign", "uses", "infrastructure"): 2,
        ("infrastructure", "located-at", "location"): 1,
        ("infrastructure", "consists-of", "observed-data"): 1,
        ("indicator", "indicates", "campaign"): 1,
    }
    volume = next(one for one in objects if one["type"] == "sighting")
    assert volume["count"] == MOST_COUNTED


def test_a_pool_is_two_objects_however_large() -> None:
    many = tuple(indicator(number) for number in range(50))
    objects = orjson.loads(write_bundle(campaign(indicators=many)))["objects"]
    kinds = Counter(one["type"] for one in objects)
    assert (kinds["observed-data"], kinds["infrastructure"], kinds["user-account"]) == (1, 2, 50)
    held = next(one for one in objects if one["type"] == "observed-data")
    assert sorted(held["object_refs"]) == sorted(one["id"] for one in objects if one["type"] == "user-account")


def test_people_can_read_it() -> None:
    objects = orjson.loads(write_bundle(campaign()))["objects"]
    text = next(one["description"] for one in objects if one["type"] == "campaign")
    assert text.splitlines()[0] == "120 accounts acting as one sent 3400000000 exchanges."
    assert "Inferred (80 of 100): One template, 9000 fills." in text
