"""A campaign as an event of MISP."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from shared_factory import CAMPAIGN, PRODUCER, campaign, every_kind, indicator

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.marking import Handling, Tlp
from stillwatch.intel.misp_write import event_of, write_misp


def test_an_event_has_the_ids_of_the_campaign_and_its_producer():
    event = orjson.loads(write_misp(campaign()))["Event"]
    assert (f"campaign--{event['uuid']}", f"identity--{event['Orgc']['uuid']}") == (CAMPAIGN, PRODUCER)
    assert (event["date"], event["timestamp"], event["Orgc"]["name"]) == ("2026-11-02", "1795348800", "Member A")


def test_the_same_campaign_gives_the_same_bytes():
    assert write_misp(campaign()) == write_misp(campaign())


@pytest.mark.parametrize(
    ("tlp", "distribution"),
    [(Tlp.RED, "0"), (Tlp.AMBER_STRICT, "0"), (Tlp.AMBER, "1"), (Tlp.GREEN, "2"), (Tlp.CLEAR, "3")],
)
def test_misp_passes_an_event_on_no_further_than_its_marking_lets_it(tlp, distribution):
    event = event_of(campaign(handling=Handling(tlp=tlp)))
    assert event["distribution"] == distribution
    assert {"name": f"tlp:{tlp}"} in event["Tag"]


def test_what_misp_has_a_type_for_is_an_attribute_and_the_rest_objects():
    event = event_of(campaign(indicators=every_kind()))
    assert [(one["type"], one["to_ids"]) for one in event["Attribute"]] == [
        *(("ip-src", True), ("ip-src", True), ("AS", True), ("domain", True), ("user-agent", True)),
    ]
    assert [one["name"].removeprefix("llm-distillation-") for one in event["Object"]] == [
        *("campaign", "statement", "statement", "user-account"),
        *(["indicator"] * 8),
    ]


def test_what_is_taken_back_is_no_longer_to_be_matched():
    event = event_of(campaign(indicators=every_kind(), is_revoked=True))
    inside = [one for made in event["Object"] for one in made["Attribute"]]
    assert not any(one["to_ids"] for one in (*event["Attribute"], *inside))
    assert all(one["deleted"] for one in event["Attribute"])
    assert {"name": 'llm-distillation:state="revoked"'} in event["Tag"]


@pytest.mark.parametrize(
    "wrong",
    [
        campaign(id="campaign--1"),
        campaign(producer_id="Member A"),
        campaign(indicators=(indicator(id="indicator--1"),)),
        campaign(indicators=(indicator(kind=IndicatorKind.EMAIL, value="someone@example.org"),)),
    ],
)
def test_what_must_not_leave_is_not_written(wrong):
    with pytest.raises(InputError):
        write_misp(wrong)


def test_a_confidence_is_a_level_of_threat():
    levels = [event_of(replace(campaign(), confidence=one))["threat_level_id"] for one in (95, 70, 69, 30, 29)]
    assert levels == ["1", "1", "2", "2", "3"]
