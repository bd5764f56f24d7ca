"""On honest worlds p-values are no smaller than chance allows: random groups of unrelated accounts, link by link."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from stillwatch.detection.scene import suspects_of
from stillwatch.detection.shelves import links
from stillwatch.detection.world import START, World, town
from stillwatch.logs.window import DAY_NS

_FACET_LINKS = {"same_client", "same_parameters"}
TESTED = [link for link in links() if link.axis == "hand" or link.name in _FACET_LINKS]
ACCOUNTS = 240
SIZES = (6, 12, 24)


def honest_town(seed: int) -> World:
    """Unrelated accounts with what honest life brings: shared cards and exits, bans, hand-overs, a new model,
    a public set that each runs a part of.
    """
    world = town(ACCOUNTS, seed=seed).with_release(day=5, usual_days=5, own_days=5)
    random = np.random.default_rng(seed)
    owner = world.exchanges["account_no"]
    exchanges = {
        **world.exchanges,
        "prefix_key": random.integers(1, 40, ACCOUNTS)[owner],
        "address_key": random.integers(1, 120, ACCOUNTS)[owner],
    }
    is_banned = random.random(ACCOUNTS) < 0.25
    accounts = {
        **world.accounts,
        "payment_key": random.integers(1, 200, ACCOUNTS),
        "banned_at": np.where(is_banned, START + (random.random(ACCOUNTS) * 10 * DAY_NS).astype(np.int64), -1),
    }
    taken = (
        world.taking(3000, each=40, dealt=False)
        if seed % 2
        else world.taking(3000, each=40, dealt=False, in_stretches=True)
    )
    handovers = tuple((int(left), int(right), 1, 0) for left, right in random.integers(0, ACCOUNTS, (150, 2)))
    return replace(world, exchanges=exchanges, accounts=accounts, handovers=handovers, takings=taken.takings)


@cache
def honest_p_values(towns: int, groups: int) -> dict[str, np.ndarray]:
    """P-values of every tested link over random groups; no evidence counts as 1."""
    found: dict[str, list[float]] = {link.name: [] for link in TESTED}
    for seed in range(towns):
        world = honest_town(seed)
        scene, events, random = world.scene(), world.events(), np.random.default_rng(seed)
        for group in range(groups):
            members = random.choice(ACCOUNTS, SIZES[group % len(SIZES)], replace=False)
            suspects = suspects_of(members, events, "", scene)
            for link in TESTED:
                evidence = link.test(scene, suspects)
                found[link.name].append(1.0 if evidence is None else evidence.p_value)
    return {name: np.array(values) for name, values in found.items()}


def _most(tests: int, level: float) -> float:
    """How many of so many p-values may be at most `level`: exceeded once in a thousand calibrated links."""
    return float(stats.binom.ppf(0.999, tests, level))


@pytest.mark.parametrize("level", [0.05, 0.01])
@pytest.mark.parametrize("link", TESTED, ids=lambda link: link.name)
def test_p_values_of_honest_groups_are_no_smaller_than_chance(link, level):
    values = honest_p_values(12, 18)[link.name]
    assert (values <= level).sum() <= _most(len(values), level)


@pytest.mark.slow
@pytest.mark.parametrize("level", [0.05, 0.01, 0.001])
@pytest.mark.parametrize("link", TESTED, ids=lambda link: link.name)
def test_p_values_of_many_honest_groups_are_no_smaller_than_chance(link, level):
    values = honest_p_values(60, 36)[link.name]
    assert (values <= level).sum() <= _most(len(values), level)


@pytest.mark.parametrize("link", TESTED, ids=lambda link: link.name)
def test_the_test_has_power(link):
    """A link that never speaks would pass the tests above: its own firing case gives far smaller values."""
    world = next(case for case in link.cases if case.fires).make()
    evidence = link.test(world.scene(), world.suspects())
    assert evidence is not None
    assert evidence.p_value < honest_p_values(12, 18)[link.name].min()
