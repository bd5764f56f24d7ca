from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stillwatch.detection.shape import incidence, shape_of
from stillwatch.detection.world import town


def shape(world):
    return shape_of(world.scene(), world.suspects())


def test_a_dealt_out_list_is_not_shared():
    found = shape(town().fleet(20))
    assert (found.overlap, found.own_repeat_share, found.distinct_share) == (0.0, 0.0, 1.0)
    assert found.single_turn_share == 1.0
    assert found.samples_per_prompt == 1.0
    assert found.accounts == 20
    assert found.focus_share == 1.0


def test_one_set_run_by_each_is_shared():
    found = shape(town().fleet(10).sending(50))
    assert found.overlap > 0.9
    assert found.samples_per_prompt == pytest.approx(found.exchanges / 50)


def test_repeats_of_ones_own_are_no_overlap():
    found = shape(town().fleet(10).sending(20, each_own=True))
    assert found.overlap == 0.0
    assert found.own_repeat_share > 0.9


def test_a_queue_runs_around_the_clock_and_an_office_does_not():
    assert shape(town().fleet(20)).quiet_share > 0.15
    assert shape(town().people(20).within_hours(9, 17)).quiet_share == 0.0


def test_hours_that_nobody_has_seen_yet_are_not_quiet_ones():
    """Eighteen hours into a log, a queue ran through all of them and an office closed."""
    day, so_far = town(days=1), town(days=1).within_hours(0, 18)
    assert shape(day.fleet(20, per_day=60).within_hours(0, 18)).quiet_share < 0.05
    assert shape(so_far.fleet(20, per_day=60).within_hours(0, 18)).quiet_share > 0.15
    assert shape(so_far.people(20, per_day=60).within_hours(0, 10)).quiet_share < 0.05


def test_the_share_in_focus_counts_all_of_the_members_traffic():
    assert shape(town().fleet(20).worded_alike(share=0.25)).focus_share == pytest.approx(0.25, abs=0.03)


def test_a_group_without_exchanges_has_a_shape():
    world = town().fleet(6)
    none = replace(world, exchanges={**world.exchanges, "is_in_focus": world.exchanges["is_in_focus"] * 0})
    found = shape(none)
    assert (found.exchanges, found.days, found.overlap) == (0, 0.0, 0.0)


def test_degrees_count_accounts_not_exchanges():
    world = town(40).fleet(3, per_day=4).sending(1)
    place, _, degree = incidence(world.suspects())
    assert sorted(place.tolist()) == [0, 1, 2]
    assert degree.tolist() == [3, 3, 3]


def test_a_missing_prompt_is_no_shared_prompt():
    suspects = town(40).fleet(3).sharing("exact_key", value=0).suspects()
    assert [len(column) for column in incidence(suspects)] == [0, 0, 0]
    assert np.isfinite(shape(town(40).fleet(3).sharing("exact_key", value=0)).overlap)
