from __future__ import annotations

import pytest

from stillwatch.detection.facet_tie import common_value
from stillwatch.detection.world import town
from stillwatch.detection.world_people import POPULAR


def tie(world, facet="client"):
    return common_value(world.scene(), world.suspects(), facet)


def test_a_value_that_only_the_group_shows_is_rare():
    found = tie(town().people(12).sharing("client_key"))
    assert found is not None
    assert (found.key, found.members, found.known) == (77, 12, 12)
    assert found.usual == pytest.approx(1 / 152)
    assert found.p_value < 1e-9


def test_a_popular_value_is_not():
    found = tie(town().people(12).sharing("client_key", share=0.4, value=POPULAR))
    assert found is not None
    assert found.p_value > 0.01


def test_two_members_are_no_tie():
    assert tie(town().people(12).sharing("address_key", share=2 / 12), "address") is None


def test_an_ignored_facet_ties_nobody():
    assert tie(town().people(12).sharing("address_key").behind_one_balancer(), "address") is None


def test_members_without_a_value_do_not_count():
    found = tie(town().people(12).sharing("address_key", value=0).sharing("address_key", share=0.5), "address")
    assert found is not None
    assert (found.members, found.known) == (6, 6)


def test_a_log_without_the_facet_says_nothing():
    assert tie(town().people(12), "team") is None
