from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stillwatch.detection.common_rhythm import common_rhythm
from stillwatch.detection.starts import Starts, starts_of
from stillwatch.detection.world import town
from stillwatch.detection.world_people import START
from stillwatch.logs.window_rows import DAY_NS, HOUR_NS


def both(world):
    """When the group begins conversations, and when everybody else does."""
    scene, suspects = world.scene(), world.suspects()
    outside = ~np.isin(scene.reference_accounts, suspects.accounts)
    return starts_of(suspects), scene.reference_starts.taken(outside[scene.reference_starts.place])


def rhythm_of(world):
    return common_rhythm(*both(world), seed=1)


def moved(world, times):
    """The world with other times of the accounts in focus, shape (exchanges,)."""
    mine = np.isin(world.exchanges["account_no"], world.focus)
    return replace(
        world, exchanges={**world.exchanges, "started_at": np.where(mine, times, world.exchanges["started_at"])}
    )


def rotated(world, *, days):
    """Each account lives so many days, at its own time of the world; within them its exchanges stay in order."""
    owner, times = world.exchanges["account_no"], world.exchanges["started_at"]
    begins = np.random.default_rng(3).random(owner.max() + 1) * (world.days - days) * DAY_NS
    return moved(world, (START + begins[owner] + (times - START) * days / world.days).astype(np.int64))


def on_trial(world, *, days):
    """Accounts begin one by one, and do most of their work in the first so many days."""
    owner, times = world.exchanges["account_no"], world.exchanges["started_at"]
    begins = np.random.default_rng(3).random(owner.max() + 1) * (world.days / 2) * DAY_NS
    share = (times - START) / (world.days * DAY_NS)
    left = world.days * DAY_NS - begins[owner]
    at = np.where(
        share < 0.7, share / 0.7 * days * DAY_NS, days * DAY_NS + (share - 0.7) / 0.3 * (left - days * DAY_NS)
    )
    return moved(world, (START + begins[owner] + at).astype(np.int64))


def test_a_queue_has_one_rhythm():
    rhythm = rhythm_of(town().fleet(12))
    assert rhythm.p_value < 1e-6
    assert rhythm.dispersion == pytest.approx(1.0, abs=0.3)
    assert rhythm.usual > 3


def test_people_of_one_volume_have_their_own():
    assert rhythm_of(town().people(12, spread=0.1)).p_value > 0.05


@pytest.mark.parametrize("per_day", [2, 6])
def test_a_slow_queue_has_one_rhythm_too(per_day):
    assert rhythm_of(town().fleet(30, per_day=per_day)).p_value < 0.01


@pytest.mark.parametrize(("accounts", "per_day"), [(6, 8000), (200, 364), (800, 40)])
def test_a_queue_of_one_day_has_one_rhythm(accounts, per_day):
    """A fourteenth of what they would send in all is sent within a day."""
    assert rhythm_of(town().fleet(accounts, per_day=per_day / 14).within_days(5, 6)).p_value < 0.01


def test_people_of_one_day_have_their_own():
    assert rhythm_of(town().people(60, per_day=2, spread=0.1).within_days(5, 6)).p_value > 0.05


def test_accounts_that_are_replaced_one_by_one_are_one_queue():
    assert rhythm_of(rotated(town().fleet(60), days=3)).p_value < 1e-4


def test_people_who_come_one_by_one_are_none():
    assert rhythm_of(rotated(town().people(60, spread=0.1), days=3)).p_value > 0.01


def test_accounts_that_all_go_through_one_trial_are_one_queue():
    assert rhythm_of(on_trial(town().fleet(40), days=3)).p_value < 1e-4


def test_people_on_trial_are_none():
    assert rhythm_of(on_trial(town().people(40, spread=0.1), days=3)).p_value > 0.01


def test_one_run_of_an_evaluation_each_is_no_queue():
    """Forty strangers, each with some minutes of requests one after another, at a time of its own within a day."""
    world = town().fleet(40, per_day=3)
    owner, times = world.exchanges["account_no"], world.exchanges["started_at"]
    begins = np.random.default_rng(3).random(owner.max() + 1) * DAY_NS
    at = START + 3 * DAY_NS + begins[owner] + (times - START) / (world.days * DAY_NS) * HOUR_NS / 4
    assert rhythm_of(moved(world, at.astype(np.int64))).p_value > 0.05


def test_a_fleet_hidden_among_twice_as_many_people_is_no_queue():
    (fleet, others), (people, _) = both(town().fleet(8)), both(town().people(16, spread=0.1))
    mixed = Starts(
        np.concatenate([fleet.place, people.place + 8]),
        np.concatenate([fleet.at, people.at]),
    )
    rhythm = common_rhythm(mixed, others, seed=1)
    assert rhythm.dispersion > 0.5 * rhythm.usual
    assert rhythm.p_value > 0.05


@pytest.mark.parametrize(("rows", "others"), [(2, 100), (10, 29)])
def test_too_few_accounts_say_nothing(rows, others):
    made = (Starts(np.repeat(np.arange(count), 10), np.tile(np.arange(10) * DAY_NS, count)) for count in (rows, others))
    rhythm = common_rhythm(*made, seed=1)
    assert (rhythm.p_value, rhythm.usual) == (1.0, 0.0)


def test_a_group_without_conversations_says_nothing():
    none = np.zeros(0, np.int64)
    assert common_rhythm(Starts(none, none), both(town())[1], seed=1).p_value == 1.0


def test_the_same_seed_gives_the_same_answer():
    group, others = both(town().people(12, spread=0.1))
    assert common_rhythm(group, others, 1) == common_rhythm(group, others, 1)


def test_accounts_busier_than_anybody_are_no_fleet_by_that():
    """The null has nobody of their volume to draw, and must not be fooled by that."""
    assert rhythm_of(town().people(6, per_day=400, spread=0.1)).p_value > 0.01
