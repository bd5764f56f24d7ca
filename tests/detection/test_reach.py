from __future__ import annotations

from dataclasses import replace

import numpy as np
from world_window import WorldWindow

from stillwatch.detection.reach import reach
from stillwatch.detection.scene import select, suspects_of
from stillwatch.detection.world import town


def reached(world, members, barred=()):
    """The accounts of the group after it was held against the rest of the log."""
    scene, events = world.scene(), world.events()
    group = suspects_of(np.array(members), select(events, events["is_in_focus"] == 1), "shared_template", scene)
    listed = np.zeros(scene.accounts, np.bool_)
    listed[list(barred)] = True
    [found] = reach(WorldWindow(world), scene, [group], listed)
    return found.accounts.tolist()


def fleet():
    return town().fleet(24).sharing("params_key").sharing("client_key").on_one_subject().worded_alike()


def test_the_other_piece_of_a_fleet_is_reached():
    world = fleet()
    assert reached(world, world.focus[:10]) == world.focus.tolist()


def test_a_licensed_account_is_not():
    world = fleet()
    assert reached(world, world.focus[:10], barred=world.focus[20:]) == world.focus[:20].tolist()


def test_strangers_with_the_same_wording_are_not():
    mine = fleet()
    keys = mine.shares["key"][: len(mine.shares["key"]) // len(mine.focus) * len(mine.focus)]
    strangers = mine.people(8)
    rows = {
        "kind": np.ones(8 * 6, np.int64),
        "key": np.repeat(np.unique(keys), 8),
        "account": np.tile(strangers.focus, 6),
        "exchanges": np.full(48, 40),
    }
    world = replace(strangers, shares={name: np.concatenate([mine.shares[name], rows[name]]) for name in rows})
    assert reached(world, mine.focus) == mine.focus.tolist()


def test_a_group_without_keys_reaches_those_who_run_its_program():
    world = town().fleet(24).sharing("params_key").sharing("client_key").on_one_subject()
    assert reached(world, world.focus[:10]) == world.focus.tolist()


def test_a_program_of_its_own_brings_in_those_who_send_too_little_to_show_the_wording():
    mine = fleet()
    without = np.isin(mine.shares["account"], mine.focus[20:])
    marks = mine.exchanges["is_in_focus"] * ~np.isin(mine.exchanges["account_no"], mine.focus[20:])
    world = replace(
        mine,
        shares={name: values[~without] for name, values in mine.shares.items()},
        exchanges={**mine.exchanges, "is_in_focus": marks},
    )
    assert reached(world, mine.focus[:10]) == mine.focus.tolist()
