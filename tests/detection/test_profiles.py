from __future__ import annotations

import numpy as np
import pytest

from stillwatch.detection.profiles import LEAST_PROMPTS, alike_groups, group_spread, profiles
from stillwatch.detection.world import town

RANDOM = np.random.default_rng(2)


def test_a_profile_is_the_mean_of_the_bits():
    account = np.repeat([0, 2], LEAST_PROMPTS)
    first = np.where(np.arange(len(account)) % 2 == 0, 1, 3).astype(np.int64)
    second = np.full(len(account), np.iinfo(np.int64).min)  # the sign bit alone
    found = profiles(account, first, second, 3)
    assert found.shape == (3, 128)
    assert found[0, :3].tolist() == [1.0, 0.5, 0.0]
    assert found[0, 64:].tolist() == [0.0] * 63 + [1.0]
    assert np.isnan(found[1]).all()


def test_too_few_prompts_make_no_profile():
    account = np.zeros(LEAST_PROMPTS - 1, np.int64)
    assert np.isnan(profiles(account, account, account, 1)).all()


@pytest.mark.parametrize("counts", [np.full(20, 30), np.arange(10, 200, 10)])
def test_shards_of_one_list_spread_by_noise_alone(counts):
    subject = RANDOM.uniform(0.1, 0.9, 128)
    shards = RANDOM.binomial(counts[:, None], subject, (len(counts), 128)) / counts[:, None]
    assert group_spread(shards, counts) == pytest.approx(1.0, abs=0.15)


def test_subjects_of_their_own_spread_more():
    world = town().people(20)
    profile, counts = world.profile[world.focus], world.suspects().all_exchanges
    assert group_spread(profile, counts) > 3


def test_accounts_that_draw_from_one_list_are_found_together():
    world = town().people(20).on_one_subject()
    groups = [set(group.tolist()) for group in alike_groups(world.scene())]
    best = max(groups, key=lambda group: len(group & set(world.focus.tolist())))
    assert len(best & set(world.focus.tolist())) >= 18
    assert len(best - set(world.focus.tolist())) <= 4


def test_a_town_of_strangers_has_no_such_group_or_small_ones():
    assert all(len(group) < 12 for group in alike_groups(town().scene()))


@pytest.mark.parametrize("accounts", [3, 4, 8, 13])
def test_a_log_of_few_accounts_is_no_trouble(accounts):
    assert alike_groups(town(accounts).scene()) == []


@pytest.mark.parametrize("accounts", [40, 80])
def test_a_large_fleet_is_not_cut_into_pieces(accounts):
    world = town().people(accounts).on_one_subject()
    largest = max(alike_groups(world.scene()), key=len)
    assert len(np.intersect1d(largest, world.focus)) >= 0.85 * accounts
