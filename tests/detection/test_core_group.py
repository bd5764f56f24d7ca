from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.detection.core_group import configuration_of, core_of, splits, without_sweepers
from stillwatch.detection.world import town


def joined(first, second):
    """The second world with both groups in focus."""
    return replace(second, focus=np.concatenate([first.focus, second.focus]))


def split(world):
    return splits(world.scene(), world.focus, world.events(), "shared_template")


def test_one_configuration_is_one_split():
    world = town().fleet(20).sharing("params_key")
    [only] = split(world)
    assert only.accounts.tolist() == world.focus.tolist()


def test_two_configurations_are_split():
    fleet = town().fleet(12).sharing("params_key")
    other = fleet.fleet(10).sharing("params_key", value=88)
    found = [one.accounts.tolist() for one in split(joined(fleet, other))]
    assert sorted(found) == sorted([fleet.focus.tolist(), other.focus.tolist()])


def test_a_few_other_configurations_leave_the_group_whole():
    fleet = town().fleet(20).sharing("params_key")
    others = fleet.people(2).sharing("params_key", value=88)
    sizes = sorted(one.size for one in split(joined(fleet, others)))
    assert sizes == [20, 22]


def test_too_few_accounts_are_not_split():
    assert split(town().fleet(3)) == []


def test_each_account_has_its_usual_configuration():
    world = town().fleet(6).sharing("params_key", share=0.5)
    assert (configuration_of(world.suspects()) == 77).tolist() == [True] * 3 + [False] * 3


def test_the_core_is_those_at_one_rate():
    fleet = town().fleet(20, per_day=26)
    strangers = fleet.people(10, per_day=20, spread=1.5)
    world = joined(fleet, strangers)
    core = core_of(world.scene(), world.events(), world.suspects())
    assert set(fleet.focus.tolist()) <= set(core.accounts.tolist())
    assert core.size < world.suspects().size


def test_people_have_no_core_of_their_own():
    world = town().people(30)
    assert core_of(world.scene(), world.events(), world.suspects()).size == 30


def test_an_account_that_runs_the_whole_list_is_left_out():
    fleet = town().fleet(20, per_day=10).sending(3000)
    whole = fleet.fleet(1, per_day=200).sending(3000)
    world = joined(fleet, whole)
    kept = without_sweepers(world.scene(), world.events(), world.suspects())
    assert kept.accounts.tolist() == fleet.focus.tolist()


def test_a_list_that_everybody_runs_has_no_sweepers():
    world = town().fleet(20, per_day=10).sending(50)
    assert without_sweepers(world.scene(), world.events(), world.suspects()).size == 20
