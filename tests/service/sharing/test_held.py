"""What the state answers about what was received."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from received_rows import HERE, LAB_A, LAB_B, NOW, bundle, campaign, delivery, indicator, peers, stix_id
from stillwatch.core.feedback import Opinion, Sighting
from stillwatch.core.provenance import Review, Stance
from stillwatch.service.sharing.held import held_indicators, received_campaigns, received_indicators
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.receive import receive

if TYPE_CHECKING:
    from pathlib import Path


def test_what_has_run_out_is_held_no_more(tmp_path: Path) -> None:
    intel = open_intel(tmp_path / "intel.db")
    told = campaign(indicator(1), indicator(2, "198.51.100.8", valid_until=NOW + timedelta(hours=1)))
    receive(intel, bundle(told), delivery(), peers())
    found = [
        [one.value for one in held_indicators(intel, at=(NOW + timedelta(hours=hours)).timestamp())]
        for hours in (0, 2, 24 * 100)
    ]
    assert found == [["198.51.100.7", "198.51.100.8"], ["198.51.100.7"], []]
    intel.close()


def test_logs_may_be_searched_for_what_waits_but_not_for_what_was_rejected(tmp_path: Path) -> None:
    intel = open_intel(tmp_path / "intel.db")
    mine, foreign = indicator(1), indicator(2, "198.51.100.8", campaign_id=stix_id("campaign", 2))
    receive(intel, bundle(campaign(mine)), delivery(), peers())
    receive(intel, bundle(campaign(foreign, number=2, producer_id=LAB_B)), delivery(), peers())
    found = list(received_indicators(intel, at=NOW.timestamp()))
    assert [(one.indicator, one.producer_id, one.review) for one in found] == [
        (mine, LAB_A, Review.ACCEPTED),
        (foreign, LAB_B, Review.QUARANTINED),
    ]
    intel.execute("UPDATE indicator SET review = 'rejected'")
    assert list(received_indicators(intel, at=NOW.timestamp())) == []
    intel.close()


def test_a_list_says_what_is_disputed_and_how_often_it_was_seen(tmp_path: Path) -> None:
    intel = open_intel(tmp_path / "intel.db")
    name = stix_id("campaign", 1)
    said = tuple(
        Opinion(id="opinion--1", about_ids=(name,), by_id=who, at=NOW, stance=stance)
        for who, stance in ((LAB_B, Stance.CONFIRMS), (HERE, Stance.DENIES))
    )
    seen = tuple(
        Sighting(id=f"sighting--{by}", of_id=name, by_id=by, at=NOW, count=4, first_seen=NOW, last_seen=NOW)
        for by in (LAB_B, HERE)
    )
    receive(intel, bundle(campaign(indicator(1)), opinions=said[:1], sightings=seen), delivery(), peers())
    assert [(one.is_disputed, one.sightings) for one in received_campaigns(intel)] == [(False, 8)]
    receive(intel, bundle(opinions=said), delivery(), peers())
    assert [one.is_disputed for one in received_campaigns(intel)] == [True]
    intel.close()
