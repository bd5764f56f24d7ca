from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stillwatch.detection.links.even_load import LINK as EVEN_LOAD
from stillwatch.detection.profiles import LEAST_PROMPTS
from stillwatch.detection.usual import (
    active_days,
    all_openings,
    least_count,
    openings_outside,
    outside,
    rate_sample,
    rates_outside,
)
from stillwatch.detection.world import town
from stillwatch.detection.world_people import START
from stillwatch.logs.window_rows import DAY_NS, HOUR_NS


def test_the_sample_is_of_accounts_with_a_rate():
    people = town(40).scene().population
    assert rate_sample(people, 1).tolist() == np.flatnonzero(people.exchanges >= 2).tolist()


def test_an_account_that_began_before_the_last_day_is_active_for_a_day_at_least():
    scene = town(40, days=14).scene()
    days = active_days(scene, np.flatnonzero(scene.end - scene.population.first_at >= DAY_NS))
    assert days.min() >= 1.0
    assert days.max() <= 14.0


def test_accounts_added_by_the_hour_run_at_one_rate():
    scene = town(40, days=1).scene()
    begun = scene.population.first_at
    days = active_days(scene, np.arange(40))
    assert np.allclose(days, np.maximum(scene.end - begun, 3 * HOUR_NS) / DAY_NS)


def test_the_group_itself_is_never_what_it_is_held_against():
    """A fleet larger than the town would be the densest window of all rates."""
    world = town(100).fleet(120)
    usual = rates_outside(world.scene(), world.suspects())
    assert usual is not None
    assert len(usual.values) <= 100
    assert max(usual.chances.values()) < 0.7


def test_a_part_of_the_traffic_is_held_against_parts():
    whole, part = town().fleet(20), town().fleet(20).worded_alike(share=0.05)
    usual = [rates_outside(world.scene(), world.suspects()) for world in (whole, part)]
    assert usual[0] is not None
    assert usual[1] is not None
    assert np.median(usual[1].values) < 0.5 * np.median(usual[0].values)


def busiest_of_quiet_people(seed):
    """People of whom only those with a profile are in the group: the upper tail of quiet accounts."""
    world = town(300, seed=seed).people(900, per_day=0.3, spread=0.7)
    counts = np.bincount(world.exchanges["account_no"], minlength=world.focus.max() + 1)[world.focus]
    return replace(world, focus=world.focus[counts >= LEAST_PROMPTS])


def test_accounts_chosen_for_having_a_profile_are_held_against_such():
    world = busiest_of_quiet_people(1)
    scene, suspects = world.scene(), world.suspects()
    assert least_count(scene, suspects) == LEAST_PROMPTS
    others = outside(scene, suspects)
    assert others is not None
    assert others.counts.min() >= LEAST_PROMPTS


@pytest.mark.parametrize("seed", [1, 2])
def test_what_a_cut_leaves_of_quiet_people_is_no_even_load(seed):
    world = busiest_of_quiet_people(seed)
    found = EVEN_LOAD.test(world.scene(), world.suspects())
    assert found is None or found.p_value > 0.01


@pytest.mark.parametrize("accounts", [4, 29])
def test_too_few_others_are_no_measure(accounts):
    world = town(accounts).fleet(20)
    assert rates_outside(world.scene(), world.suspects()) is None
    assert openings_outside(world.scene(), world.focus) is None


def test_openings_of_a_large_group_are_taken_out():
    world = town().fleet(60).opened_within(3)
    width = float(6 * HOUR_NS)
    with_them, without = all_openings(world.scene().registry), openings_outside(world.scene(), world.focus)
    assert without is not None
    assert with_them.chances[width] > 0.25
    assert without.chances[width] < 0.05
    assert not (
        (without.values > START - 20 * DAY_NS - 1) & np.isin(without.values, world.accounts["created_at"][150:])
    ).any()
