from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stillwatch.core.campaign import Standing
from stillwatch.detection.scene import select, suspects_of
from stillwatch.detection.standing import served
from stillwatch.detection.world import town


def joined(first, second):
    """Both groups in focus."""
    return replace(second, focus=np.concatenate([first.focus, second.focus]))


def standings(world):
    scene, events = world.scene(), world.events()
    suspects = suspects_of(world.focus, select(events, events["is_in_focus"] == 1), "", scene)
    return list(served(scene, suspects).standings)


def carrying(fleet, shares):
    """A fixed instruction is on so much of what each account of the fleet sends."""
    random = np.random.default_rng(1)
    share = np.asarray(shares)[np.searchsorted(fleet.focus, fleet.exchanges["account_no"].clip(fleet.focus[0]))]
    marked = np.isin(fleet.exchanges["account_no"], fleet.focus) & (random.random(len(share)) < share)
    return replace(fleet, exchanges={**fleet.exchanges, "system_key": np.where(marked, 5, 0)})


def test_a_fleet_is_of_operators():
    assert standings(town().fleet(10)) == [Standing.OPERATOR] * 10


def test_a_hijacked_account_is_a_victim():
    """It led a life of its own for days, and little of what it sends is the campaign's."""
    fleet = town().fleet(10)
    hijacked = fleet.people(1, per_day=60, spread=0.0).worded_alike(share=0.15)
    marks = hijacked.exchanges["is_in_focus"].copy()
    early = hijacked.exchanges["started_at"] < hijacked.exchanges["started_at"].min() + 5 * 86_400 * 10**9
    marks[(hijacked.exchanges["account_no"] == hijacked.focus[0]) & early] = 0
    world = replace(joined(fleet, hijacked), exchanges={**hijacked.exchanges, "is_in_focus": marks})
    assert standings(world) == [Standing.OPERATOR] * 10 + [Standing.VICTIM]


@pytest.mark.parametrize(("share", "standing"), [(0.9, Standing.OPERATOR), (0.4, Standing.MIXED)])
def test_an_account_with_other_traffic_is_mixed(share, standing):
    fleet = town().fleet(10)
    assert standings(joined(fleet, fleet.fleet(1).worded_alike(share=share)))[-1] is standing


def test_a_pool_that_carries_customers_of_its_own_is_mixed():
    """The injected instruction is on the campaign's requests; each account carries customers as they come."""
    assert standings(carrying(town().fleet(20), np.linspace(0.3, 0.7, 20))).count(Standing.MIXED) == 20


def test_cover_that_is_dealt_out_like_the_campaign_is_the_operators_own():
    assert standings(carrying(town().fleet(20), np.full(20, 0.5))) == [Standing.OPERATOR] * 20
