from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.core.campaign import Standing
from stillwatch.detection.membership import members_of, widen, without_others
from stillwatch.detection.scene import select, suspects_of
from stillwatch.detection.world import town


def groups(world, core):
    """The scene, the core and the whole split of a world's group."""
    scene, events = world.scene(), world.events()
    focused = select(events, events["is_in_focus"] == 1)
    return scene, suspects_of(core, focused, "", scene), suspects_of(world.focus, focused, "", scene)


def joined(first, second):
    """Both groups in focus."""
    return replace(second, focus=np.concatenate([first.focus, second.focus]))


def test_an_account_at_a_lower_rate_is_taken_in():
    """One queue, of which the last three accounts are given a third of what the others are."""
    fleet = town().fleet(15).sharing("params_key")
    kept = np.random.default_rng(1).random(len(fleet.exchanges["account_no"])) < 0.3
    kept |= fleet.exchanges["account_no"] < fleet.focus[12]
    fleet = replace(fleet, exchanges={name: values[kept] for name, values in fleet.exchanges.items()})
    scene, core, split = groups(fleet, fleet.focus[:12])
    assert widen(scene, core, split).accounts.tolist() == fleet.focus.tolist()


def test_an_account_with_a_life_of_its_own_is_somebody_else():
    fleet = town().fleet(12).sharing("params_key")
    person = joined(fleet, fleet.people(1, per_day=26, spread=0.0).sharing("params_key"))
    scene, core, split = groups(person, fleet.focus)
    assert widen(scene, core, split).accounts.tolist() == fleet.focus.tolist()


def test_a_core_without_others_keeps_who_may_be_either():
    """An account of three exchanges may tell too little to be a member by itself; a person is somebody else."""
    fleet = town().fleet(40, per_day=0.2)
    person = joined(fleet, fleet.people(1, per_day=26, spread=0.0))
    scene, core, split = groups(person, person.focus)
    members, kept = (set(each(scene, core, split).accounts.tolist()) for each in (widen, without_others))
    assert members < kept
    assert kept <= set(fleet.focus.tolist())


def test_another_configuration_is_somebody_else():
    fleet = town().fleet(12).sharing("params_key")
    strangers = fleet.fleet(3).sharing("params_key", value=88)
    scene, core, split = groups(joined(fleet, strangers), fleet.focus)
    assert widen(scene, core, split).accounts.tolist() == fleet.focus.tolist()


def test_one_organisation_among_strangers_is_somebody_else():
    fleet = town().fleet(12)
    company = fleet.fleet(3).sharing("org_key")
    scene, core, split = groups(joined(fleet, company).sharing("params_key"), fleet.focus)
    assert widen(scene, core, split).accounts.tolist() == fleet.focus.tolist()


def test_a_core_that_is_one_organisation_keeps_it():
    fleet = town().fleet(12).sharing("org_key").sharing("params_key")
    scene, core, split = groups(fleet, fleet.focus)
    assert widen(scene, core, split).size == 12


def test_a_member_is_as_sure_as_its_campaign_and_its_likeness():
    fleet = town().fleet(20).sharing("params_key").sharing("client_key").on_one_subject()
    stranger = joined(fleet, fleet.people(1, per_day=26, spread=0.0))
    scene, _, split = groups(stranger, fleet.focus)
    members = members_of(scene, split, 0.9, [f"acct-{account}" for account in split.accounts])
    assert [member.account_id for member in members][:2] == ["acct-150", "acct-151"]
    assert all(0.8 < member.confidence <= 0.9 for member in members[:-1])
    assert members[-1].confidence < 0.5
    assert {member.standing for member in members} == {Standing.OPERATOR}
    assert "exchanges belong to the campaign" in members[0].because
