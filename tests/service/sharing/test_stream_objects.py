"""Objects that come one by one are read when what belongs together is there."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import orjson
import pytest

from received_rows import LAB_B, NOW, campaign, documents, indicator, stix, stix_id
from stillwatch.core.errors import InputError
from stillwatch.intel.stix_read import read_bundle
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.stream_objects import Gone, carry, count_unread, let_go, unread

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

INDICATORS = (indicator(1), indicator(2, "198.51.100.8"))
CAMPAIGN = campaign(*INDICATORS)


@pytest.fixture
def intel(tmp_path) -> Iterator[sqlite3.Connection]:
    connection = open_intel(tmp_path / "intel.db")
    yield connection
    connection.close()


@pytest.mark.parametrize("seed", range(5))
def test_in_whatever_order_they_come_the_last_one_makes_it_whole(intel, seed: int) -> None:
    shuffled = random.Random(seed).sample(documents(stix(*INDICATORS)), k=len(documents(stix(*INDICATORS))))
    for one in shuffled[:-1]:
        carry(intel, "hub", [one])
        unread(intel, "hub")
    carry(intel, "hub", shuffled[-1:])
    for name in (shuffled[-1]["id"], CAMPAIGN.id):
        intel.execute("UPDATE carried SET is_read = 0 WHERE id = ?", (name,))
    assert read_bundle(unread(intel, "hub")).campaigns == (CAMPAIGN,)


def test_what_was_read_is_not_read_again(intel) -> None:
    assert carry(intel, "hub", documents(stix(*INDICATORS))) == []
    assert count_unread(intel, "hub") > 10
    unread(intel, "hub")
    assert (count_unread(intel, "hub"), orjson.loads(unread(intel, "hub"))["objects"]) == (0, [])
    carry(intel, "hub", documents(stix(*INDICATORS)))
    assert count_unread(intel, "hub") == 0


def test_an_indicator_brings_its_campaign_along(intel) -> None:
    carry(intel, "hub", documents(stix(INDICATORS[0])))
    unread(intel, "hub")
    carry(intel, "hub", documents(stix(*INDICATORS)))
    [read] = read_bundle(unread(intel, "hub")).campaigns
    assert (read.id, {one.id for one in read.indicators}) >= (CAMPAIGN.id, {stix_id("indicator", 2)})


def test_a_newer_version_takes_its_place_and_an_older_one_does_not(intel) -> None:
    for version, name in ((2, "two"), (3, "three"), (1, "one")):
        carry(intel, "hub", documents(stix(version=version, name=name)))
    assert [one.name for one in read_bundle(unread(intel, "hub")).campaigns] == ["three"]


def test_an_id_is_its_first_producers_and_a_server_has_ids_of_its_own(intel) -> None:
    carry(intel, "hub", documents(stix()))
    foreign = [one for one in documents(stix(producer_id=LAB_B, version=9)) if one["type"] == "campaign"]
    assert [one.why for one in carry(intel, "hub", foreign)] == ["this id is of another producer"]
    assert carry(intel, "other hub", foreign) == []


def test_what_is_no_object_is_refused_by_itself(intel) -> None:
    refused = carry(intel, "hub", ["x", {"type": "campaign"}, *documents(stix())])
    assert [one.id for one in refused] == ["objects[0]", "objects[1]"]
    assert len(read_bundle(unread(intel, "hub")).campaigns) == 1


def test_what_a_server_deletes_is_let_go_in_the_version_that_is_here(intel) -> None:
    carry(intel, "hub", documents(stix(version=2)))
    [told] = [one for one in documents(stix(version=2)) if one["type"] == "campaign"]
    assert let_go(intel, "hub", CAMPAIGN.id, "2020-01-01T00:00:00.000Z") is None
    assert let_go(intel, "hub", CAMPAIGN.id, told["modified"]) == Gone(CAMPAIGN.id, CAMPAIGN.producer_id)
    assert let_go(intel, "hub", CAMPAIGN.id, "") is None
    with pytest.raises(InputError):
        read_bundle(b"[]")
    assert NOW
