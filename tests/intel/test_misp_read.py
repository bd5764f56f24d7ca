"""Events of MISP, our own and others'."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_factory import NOW, PRODUCER, campaign, every_kind, indicator

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.marking import Handling, Pap, Tlp
from stillwatch.core.provenance import Stance
from stillwatch.intel.misp_read import read_misp
from stillwatch.intel.misp_write import event_of, write_misp
from stillwatch.intel.read_limits import ReadLimits

_UUID = "9f1d1f3e-2f64-4d2e-8a52-0b3f6b1c7a01"
_ORG = {"name": "CERT", "uuid": "0b1f4c5e-7a3d-4e57-9c11-5f2a7d9e3c02"}
_AT = datetime(2026, 9, 3, tzinfo=UTC)


def attribute(kind, value, number=0, **more):
    return {"uuid": f"{number:08x}-0a4c-4f0e-9d5a-6a4a1f5c3b11", "type": kind, "value": value, "to_ids": True} | more


def foreign(*attributes, **more):
    """An event as another program writes it."""
    event = {"uuid": _UUID, "info": "Proxy pool", "date": "2026-09-01", "timestamp": str(int(_AT.timestamp()))}
    return orjson.dumps({"Event": event | {"Orgc": _ORG, "Attribute": list(attributes)} | more})


def in_order(one):
    """Attributes come before objects."""
    return replace(one, indicators=tuple(sorted(one.indicators, key=lambda each: each.id)))


@pytest.mark.parametrize(
    "told",
    [
        campaign(indicators=every_kind()),
        campaign(indicators=(), provider=None, statements=(), techniques=(), roles=(), exchanges=0, legal_basis=""),
        campaign(is_machine_made=True),
        campaign(is_revoked=True, indicators=every_kind()),
        campaign(version_at=NOW + timedelta(microseconds=1)),
        *(campaign(handling=Handling(tlp=tlp, pap=pap)) for tlp, pap in zip(Tlp, (*Pap, Pap.RED), strict=True)),
        campaign(handling=Handling(permitted_use="research", must_not_name_source=True, may_resell=True)),
    ],
)
def test_what_is_written_is_read(told):
    read = read_misp(write_misp(told))
    assert (read.refused, read.passed_over, read.revoked) == ((), (), ())
    assert [in_order(one) for one in read.campaigns] == [in_order(told)]


@given(value=st.text(min_size=1).map(str.strip).filter(lambda text: 0 < len(text) < 4000), name=st.text(min_size=1))
def test_any_text_comes_back(value, name):
    told = campaign(name=name, indicators=(indicator(kind=IndicatorKind.OTHER, value=value),))
    assert read_misp(write_misp(told)).campaigns == (told,)


@pytest.mark.parametrize("wrap", [lambda one: {"response": [one, one]}, lambda one: [one], lambda one: one["Event"]])
def test_events_come_alone_in_a_list_or_as_the_answer_to_a_search(wrap):
    plain = wrap({"Event": event_of(campaign())})
    assert set(read_misp(orjson.dumps(plain)).campaigns) == {campaign()}


def test_of_others_what_is_to_be_matched_becomes_indicators():
    read = read_misp(
        foreign(
            attribute("ip-dst", "192.0.2.7", 1),
            attribute("ip-src", "198.51.100.0/24", 2, to_ids="1"),
            attribute("ip-dst|port", "192.0.2.9|443", 3),
            attribute("hostname", "relay.example", 4),
            attribute("AS", "AS64500", 5),
            attribute("md5", "00" * 16, 6),
            attribute("comment", "seen by a partner", 7, to_ids=False),
            Tag=[{"name": "tlp:green"}, {"name": 'misp:confidence-level="fairly-confident"'}],
        )
    )
    (told,) = read.campaigns
    assert [(one.kind.value, one.value) for one in told.indicators] == [
        ("address", "192.0.2.7"),
        ("prefix", "198.51.100.0/24"),
        ("address", "192.0.2.9"),
        ("domain", "relay.example"),
        ("asn", "64500"),
        ("other", f"md5:{'00' * 16}"),
    ]
    assert (told.name, told.producer_name, told.handling.tlp, told.confidence) == ("Proxy pool", "CERT", Tlp.GREEN, 50)
    assert {one.confidence for one in told.indicators} == {50}
    assert told.indicators[0].valid_until == _AT + ReadLimits().lifetime
    assert read.passed_over == (("comment", 1),)


def test_a_part_that_is_marked_stricter_makes_the_whole_stricter():
    read = read_misp(foreign(attribute("domain", "a.example", Tag=[{"name": "tlp:red"}]), Tag=[{"name": "tlp:clear"}]))
    assert read.campaigns[0].handling.tlp is Tlp.RED


def test_what_others_say_of_an_attribute_is_theirs():
    seen = [
        {
            "uuid": "3b1d5e9a-7c2f-4d8e-9a6b-5c4d3e2f1a0b",
            "type": "0",
            "date_sighting": "1788393600",
            "Organisation": _ORG,
        },
        {"type": "1", "date_sighting": "1788393600", "Organisation": {"name": "Lab"}},
        {"type": "2", "date_sighting": "1788393600", "Organisation": _ORG},
    ]
    read = read_misp(foreign(attribute("domain", "a.example", Sighting=seen)))
    (sighting,), (opinion,) = read.sightings, read.opinions
    assert (sighting.id, sighting.by_id, sighting.count) == (
        "sighting--3b1d5e9a-7c2f-4d8e-9a6b-5c4d3e2f1a0b",
        f"identity--{_ORG['uuid']}",
        1,
    )
    assert (opinion.stance, opinion.about_ids) == (Stance.DENIES, (read.campaigns[0].indicators[0].id,))


def test_a_deleted_attribute_is_taken_back():
    read = read_misp(foreign(attribute("domain", "a.example", 1, deleted=True), attribute("domain", "b.example", 2)))
    assert read.revoked == ((f"identity--{_ORG['uuid']}", "indicator--00000001-0a4c-4f0e-9d5a-6a4a1f5c3b11"),)
    assert [one.value for one in read.campaigns[0].indicators] == ["b.example"]


@pytest.mark.parametrize(
    "bad",
    [
        attribute("ip-src", "999.1.1.1"),
        attribute("domain", ""),
        attribute("domain", "x" * 5000),
        attribute("domain", "a.example", uuid="../../etc/passwd"),
        {"type": "domain"},
        {"type": 7, "value": "x"},
        "no object",
        attribute("domain", "a.example", Tag="none"),
    ],
)
def test_one_bad_attribute_costs_itself_alone(bad):
    read = read_misp(foreign(bad, attribute("domain", "good.example", 9)))
    assert [one.value for one in read.campaigns[0].indicators] == ["good.example"]
    assert len(read.refused) == 1


@pytest.mark.parametrize(
    "event",
    [{"uuid": "x"}, {"Orgc": {}}, {"uuid": 7}, {"timestamp": "", "date": ""}],
)
def test_an_event_that_says_too_little_is_refused(event):
    read = read_misp(foreign(**event))
    assert read.campaigns == ()
    assert [one.id for one in read.refused] == ["events[0]"]


@pytest.mark.parametrize(
    "data", [b"", b"{}x", b"null", b"[1]", b'{"response": 7}', b"\xff", b'{"Event": ' + b"[" * 10**6]
)
def test_what_is_no_event_is_refused_as_a_whole(data):
    with pytest.raises(InputError):
        read_misp(data)


def test_too_much_is_refused():
    data = foreign(*(attribute("domain", "a.example", number) for number in range(4)))
    assert "more than 3" in read_misp(data, ReadLimits(objects=3)).refused[0].why
    assert len(read_misp(data, ReadLimits(object_bytes=10)).refused) == 4
    with pytest.raises(InputError, match="bytes"):
        read_misp(data, ReadLimits(size_bytes=10))


def test_an_object_nested_without_end_costs_itself_alone():
    data = foreign(attribute("domain", "good.example", 9)).replace(
        b'"Attribute":[', b'"Attribute":[' + b"[" * 900 + b"]" * 900 + b","
    )
    assert len(read_misp(data).campaigns[0].indicators) == 1


def test_numbers_that_a_person_changed_do_no_harm():
    event = copy.deepcopy(event_of(campaign()))
    for one in event["Object"][0]["Attribute"]:
        if one["type"] in ("counter", "datetime"):
            one["value"] = "many"
    (told,) = read_misp(orjson.dumps({"Event": event})).campaigns
    assert (told.accounts, told.exchanges, told.confidence) == (0, 0, 0)
    assert told.producer_id == PRODUCER
