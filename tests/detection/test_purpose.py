from __future__ import annotations

from stillwatch.detection.purpose import LEAST_PURPOSE, findings_of, purpose, serves
from stillwatch.detection.shelves import signals
from stillwatch.detection.world import town


def seen(world):
    return findings_of(world.scene(), world.suspects(), signals())


def test_a_plain_harvest_reaches_the_purpose_without_a_word():
    found = seen(town().fleet(20))
    assert [one.signal for one in found] == ["harvest_shape"]
    assert purpose(found) >= LEAST_PURPOSE


def test_findings_come_the_weightiest_first_and_add_up_to_one_at_most():
    found = seen(town().fleet(20).asking(0, share=0.9).asking(1, share=0.9).replaying(3))
    weights = [one.weight * one.share for one in found]
    assert weights == sorted(weights, reverse=True)
    assert len(found) == 4
    assert purpose(found) == 1.0


def test_people_in_office_hours_with_short_replies_have_none():
    assert purpose(seen(town().people(20).conversing(0.5).within_hours(9, 17).answered_in(30))) < LEAST_PURPOSE


def test_no_findings_no_purpose():
    assert purpose(()) == 0.0


def test_whether_a_group_serves_is_told_as_the_whole_purpose_tells_it():
    for world in (town().fleet(20), town().people(20).conversing(0.5).within_hours(9, 17).answered_in(30)):
        scene, suspects = world.scene(), world.suspects()
        for least in (0.1, 0.25, LEAST_PURPOSE, 0.9):
            whole = purpose(findings_of(scene, suspects, signals()))
            assert serves(scene, suspects, signals(), least) is (whole >= least)
