from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stillwatch.detection.templates import template_hubs
from stillwatch.detection.world import town


def hubs(world):
    return template_hubs(world.scene())


def test_the_keys_of_one_template_are_one_hub():
    world = town().fleet(20).worded_alike(keys=6)
    [hub] = hubs(world)
    assert hub.accounts.tolist() == world.focus.tolist()
    assert len(hub.keys) == len(hub.kinds) == 6
    assert hub.exchanges.tolist() == world.suspects().all_exchanges.tolist()


def test_two_templates_are_two_hubs_the_stronger_first():
    small = town().fleet(6).worded_alike()
    large = small.fleet(30).worded_alike()
    assert [len(hub.accounts) for hub in hubs(large)] == [30, 6]


@pytest.mark.parametrize(
    "world",
    [town(), town().fleet(3).worded_alike(), town().fleet(20).worded_alike(share=0.005)],
    ids=["nobody shares wording", "three accounts", "a trace in their traffic"],
)
def test_these_are_no_hubs(world):
    assert hubs(world) == []


def test_a_shared_prompt_is_no_template():
    """Each account sent it once: that is a prompt that went round, not a template."""
    world = town().fleet(40, per_day=0.01).worded_alike()
    once = {**world.shares, "exchanges": np.ones_like(world.shares["exchanges"])}
    assert hubs(replace(world, shares=once)) == []


def test_an_account_with_a_key_by_chance_is_left_out():
    world = town().fleet(20).worded_alike(keys=8)
    shares = {name: values.copy() for name, values in world.shares.items()}
    stray = {"kind": 1, "key": shares["key"][0], "account": 3, "exchanges": 50}
    shares = {name: np.append(values, stray[name]) for name, values in shares.items()}
    [hub] = hubs(replace(world, shares=shares))
    assert 3 not in hub.accounts
