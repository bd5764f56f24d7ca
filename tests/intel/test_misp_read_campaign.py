"""What an event says of its campaign."""

from __future__ import annotations

import pytest

from stillwatch.intel.misp_read_campaign import read_campaign
from stillwatch.intel.misp_received import Attribute, Cluster, Event, Galaxy, Meta, Organisation
from stillwatch.intel.read_limits import ReadLimits

_UUID = "9f1d1f3e-2f64-4d2e-8a52-0b3f6b1c7a01"
_LIMITS = ReadLimits()


def event(**more):
    fields = {"uuid": _UUID, "info": "Pool", "date": "2026-09-01", "timestamp": "1788393600"}
    return Event(**(fields | {"Orgc": Organisation(name="CERT")} | more))


def test_what_is_not_said_stays_empty_and_unsure():
    told = read_campaign(event(), [], _LIMITS).campaign
    assert (told.name, told.accounts, told.techniques, told.statements) == ("Pool", 0, (), ())
    assert (told.confidence, told.valid_until - told.version_at) == (_LIMITS.confidence, _LIMITS.lifetime)


def test_techniques_are_named_by_galaxies_of_any_making():
    galaxy = Galaxy(
        (
            Cluster(meta=Meta("AML.T0040")),
            Cluster(meta=Meta(("SW.T0003", "T1566"))),
            Cluster(tag_name='misp-galaxy:mitre-atlas-attack-pattern="LLM Jailbreak"'),
        )
    )
    told = read_campaign(event(Galaxy=(galaxy,)), [], _LIMITS).campaign
    assert told.techniques == ("AML.T0040", "SW.T0003", "AML.T0054")


def test_a_producer_without_an_id_gets_the_same_one_each_time():
    first, again = (read_campaign(event(), [], _LIMITS).campaign.producer_id for _ in "ab")
    assert first == again


@pytest.mark.parametrize("more", [{"uuid": ""}, {"Orgc": None}, {"timestamp": "soon", "date": ""}])
def test_without_id_producer_or_time_it_is_no_campaign(more):
    with pytest.raises(ValueError, match="the event"):
        read_campaign(event(**more), [], _LIMITS)


def test_times_that_make_no_sense_are_put_in_order():
    said = [Attribute("datetime", "2026-09-09", object_relation="first-seen")]
    said += [Attribute("datetime", "2026-09-05", object_relation="last-seen")]
    told = read_campaign(event(), [("llm-distillation-campaign", said)], _LIMITS).campaign
    assert told.first_seen == told.last_seen
