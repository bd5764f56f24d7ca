from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.world import START, town
from stillwatch.logs.window import DAY_NS


def test_the_same_calls_give_the_same_world():
    one, other = (town(30).fleet(5).asking(3, share=0.5) for _ in range(2))
    assert all(np.array_equal(one.exchanges[name], other.exchanges[name]) for name in one.exchanges)
    assert not np.array_equal(town(30, seed=2).exchanges["started_at"], town(30, seed=1).exchanges["started_at"])


def test_a_world_is_never_changed():
    before = town(30).fleet(5)
    kept = {name: values.copy() for name, values in before.exchanges.items()}
    before.sharing("client_key").in_waves(5, gap_h=1).sending(3).conversing(1.0).worded_alike(share=0.1)
    assert all(np.array_equal(before.exchanges[name], kept[name]) for name in kept)


def test_the_last_accounts_added_are_in_focus():
    world = town(30).fleet(5)
    assert world.focus.tolist() == [30, 31, 32, 33, 34]
    assert world.suspects().accounts.tolist() == world.focus.tolist()


def test_scene_and_exchanges_agree():
    world = town(30).fleet(5)
    scene, events = world.scene(), world.events()
    assert scene.accounts == 35
    assert scene.population.exchanges.sum() == len(events)
    assert (events["turn"] <= 1).sum() == scene.bins.exchanges.sum()
    assert (np.diff(events["started_at"]) >= 0).all()
    assert scene.population.first_at.min() >= START
    assert (scene.registry.created_at < scene.population.first_at).all()


@pytest.mark.parametrize("days", [1, 14])
def test_everything_happens_within_the_days(days):
    times = town(30, days=days).exchanges["started_at"]
    assert START <= times.min() <= times.max() < START + days * DAY_NS


def test_waves_follow_bans():
    world = town(30).fleet(8).in_waves(4, gap_h=2)
    first = world.scene().population.first_at[world.focus]
    banned = world.accounts["banned_at"][world.focus]
    assert (banned > 0).tolist() == [True] * 6 + [False] * 2
    after = first[2:] - banned[:-2]
    assert (after > 0).all()
    assert (after < 2 * 3_600 * 10**9 + 2).all()


def test_people_differ_and_a_fleet_does_not():
    def spread(world):
        return np.std(np.log(world.suspects().focus_counts()))

    assert spread(town(30).people(60)) > 0.8
    assert spread(town(30).fleet(60)) < 0.1
