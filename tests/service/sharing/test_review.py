"""What people decide about what was received, and what is on record of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from received_rows import HERE, LAB_A, NOW, bundle, campaign, delivery, indicator, peers, stix_id
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.provenance import Review, Stance
from stillwatch.service.audit_trail import read_entries
from stillwatch.service.sharing.held import held_indicators, received_campaigns, stances
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.peers import Accept, Peers
from stillwatch.service.sharing.receive import receive
from stillwatch.service.sharing.review import IntelReview

if TYPE_CHECKING:
    from pathlib import Path

CAMPAIGN = stix_id("campaign", 1)


class Reviewed:
    def __init__(self, folder: Path, known: Peers | None = None) -> None:
        self.intel = open_intel(folder / "intel.db")
        known = known or peers(Accept.NOTHING)
        told = campaign(indicator(1), indicator(2, "198.51.100.8"))
        receive(self.intel, bundle(told), delivery(), known)
        self.review = IntelReview(self.intel, known, by="Ada", clock=NOW.timestamp)

    def values(self) -> list[str]:
        return [one.value for one in held_indicators(self.intel, at=NOW.timestamp())]


def test_a_campaign_is_accepted_with_its_indicators_or_one_alone_is_rejected(tmp_path: Path) -> None:
    one = Reviewed(tmp_path)
    assert one.values() == []
    assert one.review.decide(CAMPAIGN, Review.ACCEPTED, why="ticket 17") == 2
    assert one.review.decide(stix_id("indicator", 1), Review.REJECTED, why="our own office") == 1
    assert one.values() == ["198.51.100.8"]
    assert [(entry.what, entry.who, entry.detail.get("why")) for entry in read_entries(one.intel)][1:] == [
        ("intel_accepted", "Ada", "ticket 17"),
        ("intel_rejected", "Ada", "our own office"),
    ]


def test_an_opinion_is_stated_under_this_deployments_identity(tmp_path: Path) -> None:
    one = Reviewed(tmp_path)
    one.review.say(CAMPAIGN, Stance.CONFIRMS, why="40 accounts")
    one.review.say(CAMPAIGN, Stance.DENIES, why="a class")
    assert stances(one.intel) == {CAMPAIGN: {HERE: Stance.DENIES}}


def test_a_producer_that_is_put_out_has_said_nothing_and_will_say_nothing(tmp_path: Path) -> None:
    one = Reviewed(tmp_path, peers(Accept.ALL))
    assert len(one.values()) == 2
    assert one.review.put_out(LAB_A, why="its feed is invented") == 2
    found = receive(one.intel, bundle(campaign(indicator(3), number=2)), delivery(), peers(Accept.ALL))
    assert found.refused[0].why == "its producer was put out here"
    assert one.values() == []
    assert [kept.review for kept in received_campaigns(one.intel)] == [Review.REVOKED]
    with pytest.raises(InputError, match="taken it back"):
        one.review.decide(CAMPAIGN, Review.ACCEPTED, why="after all")


def test_no_decision_without_a_reason_or_about_nothing(tmp_path: Path) -> None:
    one = Reviewed(tmp_path)
    with pytest.raises(InputError, match="no reason"):
        one.review.decide(CAMPAIGN, Review.ACCEPTED, why=" ")
    with pytest.raises(InputError, match="nothing of this id"):
        one.review.say("campaign--none", Stance.CONFIRMS, why="x")
    with pytest.raises(InputError, match="no decision"):
        one.review.decide(CAMPAIGN, Review.QUARANTINED, why="x")
    nameless = IntelReview(one.intel, Peers(), by="Ada", clock=NOW.timestamp)
    with pytest.raises(SettingsError, match="no identity"):
        nameless.say(CAMPAIGN, Stance.CONFIRMS, why="x")
