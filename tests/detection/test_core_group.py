from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.detection.core_group import configuration_of, core_of, splits, without_sweepers
from stillwatch.detection.world import town


def joined(first, second):
    """The second world with both groups in focus."""
    return replace(second, focus=np.concatenate([first.focus, second.focus]))


def split(world):
    """Who is in each split, for a group that runs one program."""
    same = world.sharing("client_key")
    found = splits(same.scene(), same.focus, same.events(), "shared_template")
    return sorted(one.accounts.tolist() for one in found)


def test_one_configuration_is_one_split():
    world = town().fleet(20).sharing("params_key")
    assert split(world) == [world.focus.tolist()]


def test_two_configurations_are_split_beside_the_whole():
    fleet = town().fleet(12).sharing("params_key")
    both = joined(fleet, fleet.fleet(10).sharing("params_key", value=88))
    assert split(both) == sorted([fleet.focus.tolist(), both.focus.tolist(), both.focus[12:].tolist()])


def test_too_few_accounts_of_one_configuration_are_no_split():
    fleet = town().fleet(20).sharing("params_key")
    both = joined(fleet, fleet.people(2).sharing("params_key", value=88))
    assert split(both) == sorted([fleet.focus.tolist(), both.focus.tolist()])


def test_too_few_accounts_are_not_split():
    assert split(town().fleet(3)) == []


def test_each_account_has_its_usual_configuration():
    world = town().fleet(6).sharing("params_key", share=0.5)
    assert (configuration_of(world.suspects()) == 77).tolist() == [True] * 3 + [False] * 3


def test_the_core_is_those_at_one_rate():
    fleet = town().fleet(20, per_day=26)
    strangers = fleet.people(10, per_day=20, spread=1.5)
    world = joined(fleet, strangers)
    core = core_of(world.scene(), world.suspects())
    assert set(fleet.focus.tolist()) <= set(core.accounts.tolist())
    assert core.size < world.suspects().size


def test_people_have_no_core_of_their_own():
    world = town().people(30)
    assert core_of(world.scene(), world.suspects()).size == 30


def test_an_account_that_runs_the_whole_list_is_left_out():
    fleet = town().fleet(20, per_day=10).sending(3000)
    whole = fleet.fleet(1, per_day=200).sending(3000)
    world = joined(fleet, whole)
    kept = without_sweepers(world.suspects())
    assert kept.accounts.tolist() == fleet.focus.tolist()


def test_a_list_that_everybody_runs_has_no_sweepers():
    world = town().fleet(20, per_day=10).sending(50)
    assert without_sweepers(world.suspects()).size == 20
