from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.detection.distinct import Accepted, Declined, distinct, distinct_declined
from stillwatch.detection.graph import Proposal
from stillwatch.detection.judgement import Judgement
from stillwatch.detection.scene import select, suspects_of
from stillwatch.detection.shape import shape_of
from stillwatch.detection.world import town

NONE = np.zeros(0, np.int64)


def accepted(world, accounts, *, p_value=1e-10, wanted=None, is_review=False):
    """The group of some accounts of a world, and of some of its exchanges, as if it had been accepted."""
    scene, events = world.scene(), world.events()
    suspects = suspects_of(np.array(accounts), events if wanted is None else select(events, wanted), "", scene)
    judgement = Judgement(
        suspects=suspects,
        evidence=(),
        p_value=p_value,
        purpose=1.0,
        findings=(),
        shape=shape_of(scene, suspects),
        twins=(),
    )
    return Accepted(judgement, p_value, Proposal(suspects.accounts, NONE, NONE, "", 1.0), is_review)


def members(groups):
    return sorted(one.judgement.suspects.accounts.tolist() for one in distinct(groups))


def test_groups_that_mostly_agree_are_one():
    world = town().fleet(12)
    assert members([accepted(world, world.focus[:10]), accepted(world, world.focus[2:])]) == [world.focus.tolist()]


def test_groups_apart_stay_apart():
    world = town().fleet(12)
    halves = [world.focus[:6], world.focus[6:]]
    assert members([accepted(world, half) for half in halves]) == [half.tolist() for half in halves]


def test_the_purer_group_goes_before_the_larger_around_it():
    fleet = town().fleet(12).sharing("params_key").sharing("client_key")
    both = fleet.people(6)
    whole = np.concatenate([fleet.focus, both.focus])
    assert members([accepted(both, whole), accepted(both, fleet.focus)]) == [fleet.focus.tolist()]


def test_a_weaker_proof_takes_nobody_in():
    world = town().fleet(12)
    strong, weak = accepted(world, world.focus[:8], p_value=1e-11), accepted(world, world.focus, p_value=1e-3)
    assert members([weak, strong]) == [world.focus[:8].tolist()]


def test_a_small_piece_is_no_reason_to_leave_the_rest_out():
    world = town().fleet(24).sharing("params_key").sharing("client_key")
    assert members([accepted(world, world.focus[:5]), accepted(world, world.focus)]) == [world.focus.tolist()]


def test_two_pipelines_on_the_same_accounts_are_two_campaigns():
    world = town().fleet(10).sharing("client_key").sharing("params_key")
    events = world.events()
    second = np.random.default_rng(1).random(len(events)) < 0.5
    keys = {**world.exchanges}
    order = np.argsort(world.exchanges["started_at"], kind="stable")
    params = keys["params_key"].copy()
    params[order[second & np.isin(events["account_no"], world.focus)]] = 88
    pool = replace(world, exchanges={**keys, "params_key": params})
    one, other = (accepted(pool, pool.focus, wanted=pool.events()["params_key"] == value) for value in (77, 88))
    assert members([one, other]) == [pool.focus.tolist()] * 2


def test_a_review_is_not_mixed_with_a_campaign():
    world = town().fleet(12)
    assert len(members([accepted(world, world.focus), accepted(world, world.focus, is_review=True)])) == 2


def test_what_was_set_aside_is_told_once_and_not_of_members():
    world = town().fleet(12)
    aside = [Declined(accepted(world, part).judgement, "classroom", "") for part in (world.focus[:6], world.focus[:7])]
    assert len(distinct_declined(aside, set())) == 1
    assert distinct_declined(aside, set(world.focus.tolist())) == []
