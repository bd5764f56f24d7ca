from __future__ import annotations

from proposed import asked_of, candidates_of

from stillwatch.detection.group_tests import LEAST_EXCHANGES, group_tests
from stillwatch.detection.world import town


def found_in(world, **asked):
    scene = world.scene()
    return [one for each in candidates_of(world, scene) for one in group_tests(scene, each, asked_of(scene, **asked))]


def test_a_fleet_is_kept_with_its_exchanges_and_could_matter():
    world = town().fleet(20).worded_alike().sharing("params_key")
    best = min(found_in(world), key=lambda one: one.p_value)
    assert best.could_matter
    assert best.p_value <= 0.01
    assert best.outcome.accounts.tolist() == world.focus.tolist() == best.kept.tested.suspects.accounts.tolist()
    assert best.outcome.exchanges == best.kept.tested.suspects.exchanges >= LEAST_EXCHANGES


def test_what_is_above_the_rate_is_told_of_and_not_kept():
    world = town().people(30).worded_alike().sharing("params_key")
    found = found_in(world)
    assert found
    assert {one.kept for one in found if one.p_value > 0.01} == {None}


def test_a_group_of_few_exchanges_could_not_matter():
    world = town().fleet(10, per_day=0.3).worded_alike().sharing("params_key")
    assert [one.could_matter for one in found_in(world) if one.outcome.exchanges < LEAST_EXCHANGES]
    assert not any(one.could_matter for one in found_in(world) if one.outcome.exchanges < LEAST_EXCHANGES)
