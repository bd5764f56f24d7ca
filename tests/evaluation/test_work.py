import numpy as np
import pytest

from stillwatch.evaluation.arrivals import Starts
from stillwatch.evaluation.scenario import Work
from stillwatch.evaluation.work import Items, Recipe, Recipes, assign_items

UNIVERSE = Items(np.zeros(40, np.int64), np.arange(40))
RNG_SEED = 3


def assign(universe=UNIVERSE, slots=4, each=10, **work):
    slot = np.repeat(np.arange(slots), each)
    rank = np.tile(np.arange(each), slots)
    starts = Starts(slot, rank, np.random.default_rng(1).random(len(slot)))
    return assign_items(Work(**work), starts, universe, np.random.default_rng(RNG_SEED)).item, starts


@pytest.mark.parametrize("shard", ["modulo", "random", "sticky", "stealing"])
def test_a_queue_is_done_once_by_somebody(shard):
    item, _ = assign(draw="queue", shard=shard)
    assert sorted(item.tolist()) == list(range(40))


def test_modulo_sticky_and_stealing_split_as_they_say():
    assert set((assign(draw="queue", shard="modulo")[0] % 4)[:10].tolist()) == {0}
    assert assign(draw="queue", shard="sticky")[0][:10].tolist() == list(range(10))
    item, starts = assign(draw="queue", shard="stealing")
    assert item[np.argsort(starts.at_s)].tolist() == list(range(40))


def test_samples_spread_over_accounts():
    item, starts = assign(universe=UNIVERSE.take(np.arange(5)), draw="queue", samples=8)
    assert np.bincount(item).tolist() == [8] * 5
    assert all(len(set(starts.slot[item == one].tolist())) > 1 for one in range(5))


def test_whole_is_without_repeats_in_an_account():
    item, starts = assign(draw="whole", each=40)
    assert all(len(set(item[starts.slot == slot].tolist())) == 40 for slot in range(4))


def test_fixed_is_the_same_again_and_again():
    item, starts = assign(universe=UNIVERSE.take(np.arange(5)), draw="fixed")
    assert item[starts.slot == 2].tolist() == [0, 1, 2, 3, 4] * 2


def test_recipes_are_numbered_once():
    recipes = Recipes([])
    one, two = Recipe("a", "plain", "long"), Recipe("a", "grading", "long")
    assert [recipes.number(recipe) for recipe in (one, two, one)] == [0, 1, 0]
