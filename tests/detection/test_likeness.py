from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stillwatch.detection.likeness import _members_odds, likeness
from stillwatch.detection.world import town


def joined(first, second):
    """Both groups in focus."""
    return replace(second, focus=np.concatenate([first.focus, second.focus]))


def scores(fleet, others):
    """Likeness of the fleet's accounts, and of the others."""
    world = joined(fleet, others)
    suspects = world.suspects()
    is_core = np.isin(suspects.accounts, fleet.focus)
    found = likeness(world.scene(), suspects, is_core)
    return found[is_core], found[~is_core]


def test_members_are_like_their_core():
    fleet = town().fleet(20).sharing("params_key").on_one_subject()
    mine, _ = scores(fleet, fleet.people(5))
    assert (mine > 3).all()


@pytest.mark.parametrize("per_day", [8, 26, 80])
def test_people_are_not(per_day):
    fleet = town().fleet(20).sharing("params_key").on_one_subject()
    _, theirs = scores(fleet, fleet.people(10, per_day=per_day).sharing("params_key"))
    assert (theirs < 1).all()


def test_one_trait_alone_makes_no_member():
    """Steady accounts at the fleet's own rate that ask for something else with another configuration."""
    fleet = town().fleet(20).sharing("params_key").on_one_subject()
    _, theirs = scores(fleet, fleet.fleet(5).sharing("params_key", value=88))
    assert (theirs < 1).all()


def test_a_value_of_its_own_is_as_rare_among_the_core_as_outside():
    """Each member of this fleet has a configuration of its own, and so have strangers: it says nothing of either."""
    fleet = town().fleet(20).on_one_subject()
    own = {**fleet.exchanges, "params_key": fleet.exchanges["params_key"] + 10_000 * fleet.exchanges["account_no"]}
    mine, _ = scores(replace(fleet, exchanges=own), replace(fleet, exchanges=own).people(5))
    assert (mine > 2).all()


def test_accounts_without_enough_exchanges_are_judged_by_what_they_show():
    fleet = town().fleet(20, per_day=0.2).sharing("params_key").sharing("client_key")
    mine, _ = scores(fleet, fleet.people(5))
    assert np.median(mine) > 1


def test_who_draws_from_the_list_that_is_dealt_out_to_the_core_is_somebody_else():
    """However many others draw from it too: only what the core sends counts."""
    fleet = town().fleet(20).sharing("params_key").on_one_subject().dealing(samples=1)
    strangers = fleet.fleet(60).on_one_subject()
    keys = strangers.exchanges["exact_key"].copy()
    theirs, mine = (np.isin(strangers.exchanges["account_no"], one.focus) for one in (strangers, fleet))
    keys[theirs] = np.random.default_rng(1).choice(keys[mine], int(theirs.sum()))
    one, other = scores(fleet, replace(strangers, exchanges={**strangers.exchanges, "exact_key": keys}))
    assert (one > 3).all()
    assert (other < 1).all()


@pytest.mark.parametrize(
    ("strangers", "least", "most"),
    [(0, 3.0, 6.0), (100, -0.5, 0.5), (900, -3.0, -1.5)],
    ids=["nobody else runs it", "as many others", "a public program"],
)
def test_a_program_says_no_more_than_how_many_of_its_users_are_members(strangers, least, most):
    lives = np.concatenate([np.full(100, 6.0), np.full(strangers, -6.0)])
    assert least <= _members_odds(lives, np.zeros(len(lives), np.bool_)) <= most


def test_who_is_known_to_be_a_member_counts_as_one_whatever_its_life_says():
    lives, known = np.full(1000, -0.2), np.arange(1000) < 800
    assert _members_odds(lives, known) > _members_odds(lives, ~known) > _members_odds(lives, np.zeros(1000, np.bool_))


def test_strangers_are_no_members_for_standing_beside_known_ones():
    lives, known = np.append(np.full(500, 0.0), np.full(500, -6.0)), np.arange(1000) < 500
    assert -0.5 <= _members_odds(lives, known) <= 0.5
