from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stillwatch.core.campaign import Standing
from stillwatch.detection.membership import members_of, widen
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


def standings(world, share):
    scene, events = world.scene(), world.events()
    suspects = suspects_of(world.focus, select(events, events["is_in_focus"] == 1), "", scene)
    del share
    return members_of(scene, suspects, 0.9, [f"acct-{account}" for account in suspects.accounts])


def test_a_fleet_is_of_operators():
    members = standings(town().fleet(10), 1.0)
    assert {member.standing for member in members} == {Standing.OPERATOR}
    assert [member.account_id for member in members][:2] == ["acct-150", "acct-151"]
    assert all(0 < member.confidence <= 0.9 for member in members)


def test_a_hijacked_account_is_a_victim():
    """It led a life of its own for days, and little of what it sends is the campaign's."""
    fleet = town().fleet(10)
    hijacked = fleet.people(1, per_day=60, spread=0.0).worded_alike(share=0.15)
    marks = hijacked.exchanges["is_in_focus"].copy()
    early = hijacked.exchanges["started_at"] < hijacked.exchanges["started_at"].min() + 5 * 86_400 * 10**9
    marks[(hijacked.exchanges["account_no"] == hijacked.focus[0]) & early] = 0
    world = replace(joined(fleet, hijacked), exchanges={**hijacked.exchanges, "is_in_focus": marks})
    members = standings(world, 1.0)
    assert [member.standing for member in members] == [Standing.OPERATOR] * 10 + [Standing.VICTIM]
    assert members[-1].confidence < min(member.confidence for member in members[:-1])


@pytest.mark.parametrize(("share", "standing"), [(0.9, Standing.OPERATOR), (0.4, Standing.MIXED)])
def test_an_account_with_other_traffic_is_mixed(share, standing):
    fleet = town().fleet(10)
    other = fleet.fleet(1).worded_alike(share=share)
    assert standings(joined(fleet, other), 1.0)[-1].standing is standing
