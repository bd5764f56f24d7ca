"""What becomes of what peers tell: once, of its producer alone, and never older than what is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from received_rows import HERE, LAB_A, LAB_B, NOW, bundle, campaign, delivery, indicator, peers, stix_id
from stillwatch.core.feedback import Opinion, Sighting
from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.provenance import Review, Signed, Stance
from stillwatch.core.read_bundle import Refused
from stillwatch.intel.warninglists import Warninglists, read_warninglist
from stillwatch.service.audit_trail import first_broken, read_entries
from stillwatch.service.sharing.held import held_indicators, received_campaigns, stances
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.peers import Accept
from stillwatch.service.sharing.receive import Received, receive

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

TRUSTED = peers()
BY_MAIL = delivery(by="mail", is_vouched=False)


@pytest.fixture
def intel(tmp_path) -> Iterator[sqlite3.Connection]:
    connection = open_intel(tmp_path / "intel.db")
    yield connection
    connection.close()


def in_force(intel: sqlite3.Connection) -> list[tuple[str, str]]:
    return sorted((one.producer, one.value) for one in held_indicators(intel, at=NOW.timestamp()))


def test_a_delivery_is_kept_with_where_it_came_from(intel) -> None:
    told = campaign(indicator(1), indicator(2, "198.51.100.8"))
    assert receive(intel, bundle(told), delivery(), TRUSTED) == Received(new_campaigns=1, new_indicators=2, accepted=2)
    [kept] = received_campaigns(intel)
    assert (kept.producer_id, kept.delivered_by, kept.received_at) == (LAB_A, "hub", NOW)
    assert (kept.review, kept.indicators, kept.accepted) == (Review.ACCEPTED, 2, 2)
    [entry] = read_entries(intel)
    assert (entry.what, entry.about, entry.detail["new_indicators"]) == ("received", "hub", 2)
    assert first_broken(intel) is None


def test_an_exit_of_a_public_cloud_told_alone_is_refused(intel) -> None:
    cloud = read_warninglist(b'{"name": "Cloud", "type": "cidr", "list": ["198.51.100.0/24"]}', "cloud.json")
    warned = replace(TRUSTED, lists=Warninglists((cloud,)))
    found = receive(intel, bundle(campaign(indicator(1), indicator(2, "192.0.2.8"))), delivery(), warned)
    assert [(one.id, "Cloud" in one.why) for one in found.refused] == [(stix_id("indicator", 1), True)]
    assert in_force(intel) == [(LAB_A, "192.0.2.8")]


def test_beside_something_of_the_operators_own_it_is_kept_with_a_low_confidence(intel) -> None:
    cloud = read_warninglist(b'{"name": "Cloud", "type": "cidr", "list": ["198.51.100.0/24"]}', "cloud.json")
    warned = replace(TRUSTED, lists=Warninglists((cloud,)))
    own = indicator(2, "a-1", kind=IndicatorKind.ACCOUNT)
    assert receive(intel, bundle(campaign(indicator(1), own)), delivery(), warned).refused == ()
    held = {one.value: one.confidence for one in held_indicators(intel, at=NOW.timestamp())}
    assert held == {"198.51.100.7": 15, "a-1": 90}


def test_the_same_again_changes_nothing(intel) -> None:
    told = bundle(campaign(indicator(1), indicator(2, "198.51.100.8")))
    receive(intel, told, delivery(), TRUSTED)
    before = list(intel.iterdump())
    assert receive(intel, told, delivery(at=NOW + timedelta(hours=1)), TRUSTED) == Received(unchanged_campaigns=1)
    assert list(intel.iterdump()) == before


def test_what_comes_in_parts_is_kept_whole(intel) -> None:
    receive(intel, bundle(campaign(indicator(1))), delivery(), TRUSTED)
    found = receive(intel, bundle(campaign(indicator(2, "198.51.100.8"))), delivery(), TRUSTED)
    assert (found.new_indicators, found.unchanged_campaigns) == (1, 1)
    assert in_force(intel) == [(LAB_A, "198.51.100.7"), (LAB_A, "198.51.100.8")]


def test_an_id_of_another_producer_is_another_thing(intel) -> None:
    receive(intel, bundle(campaign(indicator(1))), delivery(), TRUSTED)
    foreign = campaign(indicator(1, "203.0.113.1"), producer_id=LAB_B, version=9)
    found = receive(intel, bundle(foreign), delivery(), TRUSTED)
    assert (found.new_campaigns, found.quarantined) == (1, 1)
    assert in_force(intel) == [(LAB_A, "198.51.100.7")]


def test_of_one_producer_the_same_said_twice_is_counted(intel) -> None:
    told = campaign(indicator(1), indicator(2), indicator(3, "198.51.100.8"))
    assert receive(intel, bundle(told), delivery(), TRUSTED).duplicates == 1


def test_a_later_version_replaces_and_an_older_one_does_not(intel) -> None:
    receive(intel, bundle(campaign(indicator(1), version=2)), delivery(), TRUSTED)
    later = campaign(indicator(1, "203.0.113.1"), version=3, name="WEASEL")
    assert receive(intel, bundle(later), delivery(), TRUSTED)[:5] == (0, 1, 0, 0, 1)
    replayed = campaign(indicator(1), indicator(2, "203.0.113.9"), version=2)
    found = receive(intel, bundle(replayed), delivery(), TRUSTED)
    assert found.refused == (Refused(id=stix_id("campaign", 1), why="a later version is here already"),)
    assert in_force(intel) == [(LAB_A, "203.0.113.1")]
    assert received_campaigns(intel)[0].name == "WEASEL"


def test_an_indicator_changes_without_its_campaign_only_where_it_is_known_to_be_newer(intel) -> None:
    receive(intel, bundle(campaign(indicator(1))), delivery(), TRUSTED)
    told = bundle(campaign(indicator(1, "203.0.113.1")))
    assert receive(intel, told, delivery(), TRUSTED).changed_indicators == 0
    assert receive(intel, told, delivery(is_current=True), TRUSTED).changed_indicators == 1
    assert in_force(intel) == [(LAB_A, "203.0.113.1")]


def test_what_a_person_accepted_covers_nothing_that_is_put_in_later(intel) -> None:
    receive(intel, bundle(campaign(indicator(1))), delivery(), peers(Accept.NOTHING))
    intel.execute("UPDATE campaign SET review = 'accepted'")
    intel.execute("UPDATE indicator SET review = 'accepted'")
    later = campaign(indicator(1, "203.0.113.1"), indicator(2, "203.0.113.2"), version=2)
    assert receive(intel, bundle(later), delivery(), peers(Accept.NOTHING)).quarantined == 1
    assert in_force(intel) == []


def test_what_was_rejected_stays_so_whatever_comes_after(intel) -> None:
    receive(intel, bundle(campaign(indicator(1))), delivery(), TRUSTED)
    intel.execute("UPDATE campaign SET review = 'rejected'")
    intel.execute("UPDATE indicator SET review = 'rejected'")
    receive(intel, bundle(campaign(indicator(2, "203.0.113.2"), version=2)), delivery(), TRUSTED)
    assert in_force(intel) == []


class TestProvenance:
    def test_a_file_that_nobody_signed_waits_for_a_person(self, intel) -> None:
        assert receive(intel, bundle(campaign(indicator(1))), BY_MAIL, TRUSTED).quarantined == 1
        assert in_force(intel) == []

    def test_such_a_file_replaces_nothing_that_came_better(self, intel) -> None:
        receive(intel, bundle(campaign(indicator(1))), delivery(), TRUSTED)
        found = receive(intel, bundle(campaign(indicator(1, "203.0.113.1"), version=9)), BY_MAIL, TRUSTED)
        assert "better assurance" in found.refused[0].why
        assert in_force(intel) == [(LAB_A, "198.51.100.7")]

    def test_what_was_put_there_in_anothers_name_goes_when_the_producers_own_comes(self, intel) -> None:
        forged = campaign(indicator(1), indicator(2, "203.0.113.2"), version=9)
        receive(intel, bundle(forged), BY_MAIL, TRUSTED)
        signed = delivery(by="bundle", is_vouched=False, signed=Signed.VERIFIED, signer_id=LAB_A)
        receive(intel, bundle(campaign(indicator(3, "198.51.100.9"))), signed, TRUSTED)
        assert in_force(intel) == [(LAB_A, "198.51.100.9")]
        assert received_campaigns(intel)[0].indicators == 1


class TestTakenBack:
    def test_a_campaign_ends_with_its_indicators_and_no_replay_revives_it(self, intel) -> None:
        told = campaign(indicator(1))
        receive(intel, bundle(told), delivery(), TRUSTED)
        assert receive(intel, bundle(replace(told, is_revoked=True)), delivery(), TRUSTED).taken_back == 1
        assert in_force(intel) == []
        for version in (1, 5):
            found = receive(intel, bundle(replace(told, version_at=NOW + timedelta(version))), delivery(), TRUSTED)
            assert found.refused[0].why == "its producer has taken it back"
        assert in_force(intel) == []

    def test_one_indicator_ends_alone(self, intel) -> None:
        told = campaign(indicator(1), indicator(2, "198.51.100.8"))
        receive(intel, bundle(told), delivery(), TRUSTED)
        receive(intel, bundle(revoked=((LAB_A, stix_id("indicator", 1)),)), delivery(), TRUSTED)
        receive(intel, bundle(replace(told, version_at=NOW + timedelta(1))), delivery(is_current=True), TRUSTED)
        assert in_force(intel) == [(LAB_A, "198.51.100.8")]

    def test_it_may_come_before_what_it_ends(self, intel) -> None:
        receive(intel, bundle(revoked=((LAB_A, stix_id("indicator", 1)),)), delivery(), TRUSTED)
        receive(intel, bundle(campaign(indicator(1), indicator(2, "198.51.100.8"))), delivery(), TRUSTED)
        assert in_force(intel) == [(LAB_A, "198.51.100.8")]

    def test_nobody_ends_what_is_anothers(self, intel) -> None:
        receive(intel, bundle(campaign(indicator(1))), delivery(), TRUSTED)
        receive(intel, bundle(revoked=((LAB_B, stix_id("campaign", 1)),)), delivery(), TRUSTED)
        unvouched = receive(intel, bundle(revoked=((LAB_A, stix_id("campaign", 1)),)), BY_MAIL, TRUSTED)
        assert unvouched.taken_back == 0
        assert unvouched.refused[0].why.startswith("nobody vouches")
        assert in_force(intel) == [(LAB_A, "198.51.100.7")]

    def test_a_file_may_take_back_what_a_file_brought(self, intel) -> None:
        receive(intel, bundle(campaign(indicator(1))), BY_MAIL, TRUSTED)
        gone = bundle(revoked=((LAB_A, stix_id("campaign", 1)),))
        assert receive(intel, gone, BY_MAIL, TRUSTED).taken_back == 1


def opinion(stance: Stance, minutes: int = 0, by_id: str = LAB_B) -> Opinion:
    at = NOW + timedelta(minutes=minutes)
    return Opinion(id="opinion--1", about_ids=(stix_id("campaign", 1),), by_id=by_id, at=at, stance=stance)


def test_of_each_reader_the_last_word_counts(intel) -> None:
    for stance, minutes in ((Stance.CONFIRMS, 1), (Stance.DENIES, 2), (Stance.INVESTIGATES, 0)):
        receive(intel, bundle(opinions=(opinion(stance, minutes),)), delivery(), TRUSTED)
    assert stances(intel) == {stix_id("campaign", 1): {LAB_B: Stance.DENIES}}


def test_nobody_speaks_in_anothers_name(intel) -> None:
    seen = Sighting(id="sighting--1", of_id="x", by_id=HERE, at=NOW, count=3, first_seen=NOW, last_seen=NOW)
    told = bundle(opinions=(opinion(Stance.DENIES),), sightings=(seen,))
    found = receive(intel, told, BY_MAIL, TRUSTED)
    assert (len(found.refused), found.opinions, found.sightings) == (2, 0, 0)
    assert receive(intel, told, delivery(), TRUSTED)[-3:-1] == (1, 1)
    assert receive(intel, told, delivery(), TRUSTED)[-3:-1] == (0, 0)


def test_what_the_reader_refused_is_on_record(intel) -> None:
    told = bundle(refused=(Refused(id="objects[3]", why="no id"),))
    assert receive(intel, told, delivery(), TRUSTED).refused == told.refused
    assert intel.execute("SELECT id, why, delivered_by FROM refused").fetchall() == [("objects[3]", "no id", "hub")]
