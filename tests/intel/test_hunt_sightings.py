"""What a hunt has found, told to the source."""

from __future__ import annotations

from datetime import timedelta

from shared_factory import NOW, PRODUCER, indicator

from stillwatch.core.feedback import Sighting
from stillwatch.core.hunt import Hunt, IndicatorFound, Weight
from stillwatch.core.indicator import IndicatorKind
from stillwatch.intel.hunt_sightings import sightings_of
from stillwatch.intel.stix_ids import is_id


def found(number, store, exchanges, *, weight=Weight.LEAD, day=0):
    return IndicatorFound(
        store=store,
        indicator_id=indicator(number).id,
        campaign_id=indicator(number).campaign_id,
        kind=IndicatorKind.ACCOUNT,
        weight=weight,
        because="",
        accounts=1,
        exchanges=exchanges,
        first_seen=NOW + timedelta(days=day),
        last_seen=NOW + timedelta(days=day + 1),
    )


def hunt(*found):
    return Hunt(searched=(), indicators=3, found=found, suspects=(), not_hunted=())


def test_one_sighting_an_indicator_over_all_stores():
    (seen,) = sightings_of(hunt(found(1, "a", 3), found(1, "b", 4, day=5)), by_id=PRODUCER, at=NOW)
    assert is_id(seen.id, "sighting")
    assert seen == Sighting(
        id=seen.id,
        of_id=indicator(1).id,
        by_id=PRODUCER,
        at=NOW,
        count=7,
        first_seen=NOW,
        last_seen=NOW + timedelta(days=6),
    )


def test_context_is_not_sighted():
    assert sightings_of(hunt(found(1, "a", 3, weight=Weight.CONTEXT)), by_id=PRODUCER, at=NOW) == ()


def test_the_same_find_is_the_same_sighting_and_more_of_it_another():
    ids = {
        sightings_of(hunt(found(1, "a", count)), by_id=PRODUCER, at=NOW + timedelta(days=day))[0].id
        for count, day in ((3, 0), (3, 1), (4, 0))
    }
    assert len(ids) == 2
