from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from shared_factory import NOW, campaign, indicator

from stillwatch.core.shared_campaign import Response
from stillwatch.intel.stix_read import read_bundle
from stillwatch.intel.stix_write import write_bundle
from stillwatch.intel.vocabulary.extension import EXTENSION_ID


def changed(**properties: object) -> bytes:
    sent = orjson.loads(write_bundle(campaign()))
    for one in sent["objects"]:
        if one["type"] == "campaign":
            one.update(properties)
    return orjson.dumps(sent)


def test_a_campaign_of_a_stranger_is_read_cautiously() -> None:
    read = read_bundle(changed(extensions={}, labels=[], confidence=None, first_seen=None, last_seen=None)).campaigns[0]
    assert (read.confidence, read.accounts, read.response) == (30, 0, Response.NONE)
    assert (read.first_seen, read.last_seen) == (campaign().created_at, campaign().version_at)
    assert read.valid_until == indicator().valid_until


def test_without_indicators_it_ends_too() -> None:
    kept = [one for one in orjson.loads(changed(extensions={}, labels=[]))["objects"] if one["type"] != "indicator"]
    (read,) = read_bundle(orjson.dumps({"objects": kept})).campaigns
    assert read.valid_until == NOW - timedelta(hours=2) + timedelta(days=30)


def test_an_extension_that_does_not_hold_is_said_and_passed_over() -> None:
    read = read_bundle(changed(extensions={EXTENSION_ID: {"accounts": -1}}))
    assert read.campaigns == (campaign(),)
    assert [one.why.startswith("its extension: ") for one in read.refused] == [True]


def test_a_tie_that_is_taken_back_ties_nothing() -> None:
    sent = orjson.loads(write_bundle(campaign()))
    for one in sent["objects"]:
        if one.get("relationship_type") == "uses":
            one["revoked"] = True
        if one["type"] == "campaign":
            del one["extensions"]
    read = read_bundle(orjson.dumps(sent)).campaigns[0]
    assert (read.techniques, read.provider) == ((), None)


@pytest.mark.parametrize(
    "times",
    [
        {"last_seen": "9999-12-31T23:59:59Z", "extensions": {}, "labels": []},
        {"first_seen": "0001-01-01T00:00:00+14:00"},
        {"modified": "9999-12-31T23:59:59-14:00"},
    ],
)
def test_times_that_nobody_can_count_with_are_refused(times: dict[str, object]) -> None:
    sent = orjson.loads(changed(**times))
    kept = [one for one in sent["objects"] if one["type"] != "indicator"]
    read = read_bundle(orjson.dumps({"objects": kept}))
    assert (read.campaigns, [one.why for one in read.refused]) == ((), ["its times are out of range"])
