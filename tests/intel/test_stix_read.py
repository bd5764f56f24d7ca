"""What comes from outside is hostile until it is read."""

from __future__ import annotations

import orjson
import pytest
from shared_factory import CAMPAIGN, NOW, PRODUCER, campaign, every_kind, indicator

from stillwatch.core.errors import InputError
from stillwatch.core.read_bundle import ReadBundle, Refused
from stillwatch.intel.read_limits import ReadLimits
from stillwatch.intel.stix_read import read_bundle
from stillwatch.intel.stix_write import write_bundle

_DEEP = b"[" * 200_000
_DEEP_OBJECT = b'{"type":"campaign","extensions":{"a":' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}}"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no bundle"),
        (b"[]", "no bundle"),
        (b"\xff\xfe{}", "no bundle"),
        (b'{"type":"indicator"}', "not a bundle"),
        (b'{"type":"bundle","objects":{}}', "no bundle"),
        (b'{"type":"bundle","objects":' + _DEEP, "deep|no bundle"),
        (b'{"type":"bundle","x":' + _DEEP, "deep|no bundle"),
        (b'{"type":"bundle","objects":[' + _DEEP_OBJECT + b"]}", "deep"),
        (b'{"type":"bundle","objects":[' + b"1," * 100 + b"1]}", "101 objects"),
        (b" " * 100_001, "100001 bytes"),
    ],
)
def test_what_is_no_bundle_is_refused_as_a_whole(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_bundle(data, ReadLimits(objects=100, size_bytes=max(100_000, len(data) if data.strip() else 0)))


def test_a_page_of_a_server_is_read_too() -> None:
    page = {**orjson.loads(write_bundle(campaign())), "more": True, "next": "7"}
    del page["type"], page["id"]
    assert read_bundle(orjson.dumps(page)).campaigns == (campaign(),)


def test_one_bad_object_costs_itself_alone() -> None:
    sent = orjson.loads(write_bundle(campaign()))
    name = f"indicator--{9:08x}-7f0e-4c61-9f6b-3f0c5f3e2d1a"
    sent["objects"] += [
        1,
        [],
        {"type": "indicator", "id": name},
        {"type": "bundle", "id": "bundle--1", "objects": sent["objects"][:1]},
        {"type": "malware", "id": "malware--1"},
        {"type": "note", "id": "note--1", "content": "x" * 2000},
        {"id": "nothing--1"},
    ]
    read = read_bundle(orjson.dumps(sent), ReadLimits())
    assert read.campaigns == (campaign(),)
    assert {one.id for one in read.refused} == {name, "note--1"}
    passed = dict(read.passed_over)
    assert (passed["bundle"], passed["malware"], passed["without a type"]) == (1, 1, 3)


def test_too_large_an_object_is_refused_unread() -> None:
    sent = orjson.loads(write_bundle(campaign()))
    sent["objects"].append({"type": "malware", "description": "x" * 10_000})
    read = read_bundle(orjson.dumps(sent), ReadLimits(object_bytes=9_000))
    assert read.refused == (Refused(id=f"objects[{len(sent['objects']) - 1}]", why="larger than 9000 bytes"),)


def test_nobody_adds_to_somebody_elses_campaign() -> None:
    """Ids and references are anybody's to write (misp-stix 91: id shadowing)."""
    intruder = "identity--66666666-54d1-4b6a-8b7c-1f2d3c4b5a69"
    sent = orjson.loads(write_bundle(campaign(indicators=every_kind()[:2])))
    foreign = [one for one in sent["objects"] if one["type"] in {"indicator", "relationship", "note", "sighting"}]
    stolen = [
        {**one, "id": one["id"][:-4] + "ffff", "created_by_ref": intruder, "modified": "2026-12-01T00:00:00.000Z"}
        for one in foreign
    ]
    read = read_bundle(orjson.dumps({"type": "bundle", "objects": [*sent["objects"], *stolen]}))
    theirs, added = read.campaigns
    assert theirs == campaign(indicators=every_kind()[:2])
    assert (added.producer_id, {one.campaign_id for one in added.indicators}) == (intruder, {added.id})
    assert added.id != CAMPAIGN


def test_nobody_takes_somebody_elses_id() -> None:
    intruder = "identity--66666666-54d1-4b6a-8b7c-1f2d3c4b5a69"
    sent = orjson.loads(write_bundle(campaign()))
    stolen = [
        {**one, "created_by_ref": intruder, "revoked": True, "modified": "2026-12-01T00:00:00.000Z"}
        for one in sent["objects"]
        if one["type"] in {"campaign", "indicator"}
    ]
    read = read_bundle(orjson.dumps({"type": "bundle", "objects": [*sent["objects"], *stolen]}))
    assert (read.campaigns, read.revoked) == ((campaign(),), ())
    assert [one.why for one in read.refused] == ["its id is that of an object of somebody else"] * 2


def test_objects_that_point_at_one_another_end() -> None:
    sent = orjson.loads(write_bundle(campaign()))
    ties = [one for one in sent["objects"] if one["type"] == "relationship"]
    for one in ties:
        one["source_ref"], one["target_ref"] = one["target_ref"], one["source_ref"]
    sent["objects"] += [{**ties[0], "id": ties[0]["id"][:-4] + "aaaa", "source_ref": CAMPAIGN, "target_ref": CAMPAIGN}]
    assert read_bundle(orjson.dumps(sent)).campaigns[0].id == CAMPAIGN


def test_the_newest_version_stays() -> None:
    old, new = campaign(name="old"), campaign(name="new", version_at=NOW.replace(hour=13))
    both = [*orjson.loads(write_bundle(new))["objects"], *orjson.loads(write_bundle(old))["objects"]]
    assert read_bundle(orjson.dumps({"type": "bundle", "objects": both})).campaigns == (new,)


def test_an_empty_bundle_holds_nothing() -> None:
    assert read_bundle(b'{"type":"bundle"}') == ReadBundle(campaigns=())


def test_an_indicator_of_no_campaign_comes_under_its_author() -> None:
    sent = orjson.loads(write_bundle(campaign()))
    kept = [one for one in sent["objects"] if one["type"] in {"indicator", "identity"}]
    (read,) = read_bundle(orjson.dumps({"type": "bundle", "objects": kept})).campaigns
    assert (read.name, read.producer_id, read.accounts) == ("Indicators of Member A", PRODUCER, 0)
    assert read.indicators == (indicator(campaign_id=read.id),)
    # its markings did not come along, so nobody knows what they permit
    assert read.handling.tlp == "red"
