"""What is written is read back whole, foreign readers take it, and nothing leaves that must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from shared_factory import NOW, campaign, every_kind, indicator

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.marking import Handling, Pap, Tlp
from stillwatch.intel.stix_read import read_bundle
from stillwatch.intel.stix_write import write_bundle


def test_read_back_it_is_the_same() -> None:
    sent = campaign(indicators=every_kind())
    read = read_bundle(write_bundle(sent))
    assert (read.campaigns, read.refused, read.sightings, read.opinions) == ((sent,), (), (), ())


def test_the_same_campaign_gives_the_same_bytes() -> None:
    assert write_bundle(campaign()) == write_bundle(campaign())


def test_a_reader_without_the_extension_loses_nothing() -> None:
    sent = campaign(indicators=every_kind())
    plain = orjson.loads(write_bundle(sent))
    for one in plain["objects"]:
        if one["type"] != "marking-definition":
            one.pop("extensions", None)
    assert read_bundle(orjson.dumps(plain)).campaigns == (sent,)


@pytest.mark.parametrize("tlp", Tlp)
@pytest.mark.parametrize("pap", Pap)
def test_markings_arrive(tlp: Tlp, pap: Pap) -> None:
    handling = Handling(tlp=tlp, pap=pap, permitted_use="research", must_not_name_source=True, may_resell=True)
    sent = campaign(handling=handling)
    plain = orjson.loads(write_bundle(sent))
    unmarked = {"identity", "extension-definition", "marking-definition", "attack-pattern"}
    assert {one["type"] for one in plain["objects"] if "object_marking_refs" not in one} == unmarked
    assert read_bundle(orjson.dumps(plain)).campaigns == (sent,)


def test_taken_back_it_names_all_that_is() -> None:
    sent = campaign(is_revoked=True, version_at=NOW + timedelta(hours=1))
    read = read_bundle(write_bundle(sent))
    assert read.campaigns == (sent,)
    assert read.revoked == ((sent.producer_id, sent.id), (sent.producer_id, sent.indicators[0].id))


@pytest.mark.parametrize(
    "wrong",
    [
        campaign(id="c-1"),
        campaign(producer_id="member-a"),
        campaign(version_at=NOW - timedelta(days=2)),
        campaign(first_seen=NOW),
        campaign(indicators=(indicator(id="i-1"),)),
        campaign(indicators=(indicator(valid_until=NOW),)),
        campaign(indicators=(indicator(confidence=101),)),
        campaign(indicators=(indicator(campaign_id=campaign().id[:-1] + "0"),)),
        campaign(indicators=(indicator(kind=IndicatorKind.EMAIL, value="a@b.example"),)),
        campaign(indicators=(indicator(kind=IndicatorKind.PAYMENT, value="4111"),)),
    ],
)
def test_what_must_not_leave_does_not(wrong: object) -> None:
    with pytest.raises(InputError, match="it was not written"):
        write_bundle(wrong)  # type: ignore[arg-type]  # parametrised


def test_an_observable_that_two_indicators_name_is_there_once() -> None:
    twice = (indicator(0), replace(indicator(0), id=indicator(1).id))
    plain = orjson.loads(write_bundle(campaign(indicators=twice)))
    assert [one["type"] for one in plain["objects"]].count("user-account") == 1
