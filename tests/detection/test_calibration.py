"""On honest worlds p-values are no smaller than chance allows: random groups of unrelated accounts, kind by kind.

Links of a hand and of a configuration are tried on random groups as they are. Links that test what they propose are
told that they proposed the group, which leaves out their choice: that is why such evidence needs another beside it.
Precursors are tried on honest logs in the form in which they see them; likelihoods on strangers; and the p-value of a
whole group, in which all kinds meet, on random groups again.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection import judgement
from stillwatch.detection.likeness import likeness
from stillwatch.detection.precursor import Outlook, Unproven, held
from stillwatch.detection.scene import suspects_of
from stillwatch.detection.shelves import links, precursors
from stillwatch.detection.world import World, town
from stillwatch.detection.world_people import START
from stillwatch.logs.repeats import Repeats, Search, Variants
from stillwatch.logs.window_rows import DAY_NS, HOUR_NS

_FACET_LINKS = {"same_client", "same_parameters"}
TESTED = [link for link in links() if link.axis == "hand" or link.name in _FACET_LINKS or link.name == "same_workload"]
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
                proposed = replace(suspects, origin=link.name) if link.axis == "program" else suspects
                evidence = link.test(scene, proposed)
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


def test_every_kind_of_evidence_is_tried():
    """Signals say what a group is for and never test: their p-value is 1 (`test_signal.py`)."""
    assert {link.name for link in links()} - {link.name for link in TESTED} == {"shared_template"}
    assert {one.name for one in precursors()} == set(PRECURSORS_ON_HONEST_LOGS)


# ---- a shared template -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("popularity", [(0.3, 0.1, 0.1, 0.05), (0.15,) * 6, (0.5, 0.02, 0.02)])
@pytest.mark.parametrize(("size", "alike"), [(4, 4), (4, 3), (6, 5), (12, 9)])
def test_sharing_a_source_of_wording_is_no_rarer_than_the_link_says(popularity, size, alike):
    """Each account draws its source for itself: the chance that so many of so many share one, exactly, against the
    link's p-value where they do.
    """
    pair = sum(share**2 for share in popularity)
    chance = min(1.0, sum(float(stats.binom.sf(alike - 1, size, share)) for share in popularity))
    group = town(60).sharing_wording(pair).fleet(size)
    worded = replace(group, focus=group.focus[:alike]).worded_alike()
    world = replace(worded, focus=group.focus).proposed_by("shared_template")
    events = replace(world.suspects().events, keys=np.unique(world.shares["key"]))
    evidence = next(link for link in links() if link.name == "shared_template").test(
        world.scene(), replace(world.suspects(), events=events)
    )
    assert evidence is not None
    assert evidence.p_value >= chance


# ---- precursors ------------------------------------------------------------------------------------------------------
def _honest_variants(seed: int) -> Outlook:
    """Forty wordings, each on three accounts of its own, refused now and then, some up to one time in ten, and some
    answered in a few words; two of their clients break for a day.
    """
    random = np.random.default_rng(seed)
    rows = []
    for key in range(1, 41):
        count = int(random.integers(70, 300))
        refused = random.random(count) < random.uniform(0, 0.1)
        is_short = random.random(count) < random.choice([0.05, 0.5, 0.95])
        if key <= 2:
            refused[count // 4 : count // 2] = True
        numbers = np.arange(count)
        rows.append(
            np.stack([
                np.full(count, key), random.integers(0, 3, count) + 3 * key, 10_000 * key + numbers,
                START + np.sort(random.integers(0, 10 * DAY_NS, count)), 10_000 * key + numbers,
                np.where(refused, 2, is_short),
            ])
        )  # fmt: skip
    table = np.concatenate(rows, axis=1).astype(np.int64)
    return Outlook(scene=town(10).scene(), search=Search(Variants(*table), wordings=40))


def _honest_repeats(seed: int) -> Outlook:
    """Thirty sets of two accounts, each with its own fixed prompts, which come by the clock or with the work, and
    refused now and then.
    """
    random = np.random.default_rng(seed)
    parts = []
    for number in range(30):
        begins = random.integers(0, 10 * DAY_NS, 60)
        work = START + (begins[random.integers(0, 60, 800)] + random.integers(0, 2 * HOUR_NS, 800))
        fixed = START + (
            np.arange(80) * 3 * HOUR_NS + random.integers(0, HOUR_NS)
            if random.random() < 0.5
            else begins[random.integers(0, 60, 80)] + random.integers(0, 2 * HOUR_NS, 80)
        )
        times = np.concatenate([work, fixed])
        is_fixed = np.repeat([0, 1], [800, 80])
        status = np.where(random.random(880) < 0.02, 429, 200)
        prompt = np.where(is_fixed, number * 10 + np.arange(880) % 5, 10_000 * (number + 1) + np.arange(880))
        parts.append(np.stack([random.integers(0, 2, 880) + 2 * number, times, prompt, status, is_fixed]))
    table = np.concatenate(parts, axis=1).astype(np.int64)
    table = table[:, np.argsort(table[1], kind="stable")]
    account, times, prompt, status, is_fixed = table
    repeats = Repeats(account, np.arange(len(account)), times, prompt, status, is_fixed)
    return Outlook(scene=town(70).scene(), repeats=repeats)


def _honest_releases(seed: int) -> Outlook:
    """Random groups of a town in which everybody takes up a new model in his own time."""
    world = honest_town(seed)
    scene, events, random = world.scene(), world.events(), np.random.default_rng(seed)
    tests = next(link for link in links() if link.name == "model_pivot").test
    beside = Evidence(family=Family.TIMING, source="even_load", score=1, p_value=0, because="", accounts=9, exchanges=9)
    groups = []
    for number in range(30):
        suspects = suspects_of(random.choice(ACCOUNTS, SIZES[number % 3], replace=False), events, "", scene)
        pivot = tests(scene, suspects)
        evidence = (beside,) if pivot is None else (beside, pivot)
        groups.append(Unproven(accounts=suspects.accounts, evidence=evidence, exchanges=suspects.exchanges))
    return Outlook(scene=scene, unproven=tuple(groups))


PRECURSORS_ON_HONEST_LOGS = {
    "variant_sweep": _honest_variants,
    "countermeasure_probe": _honest_repeats,
    "release_pivot": _honest_releases,
}


def _honest_signs(name: str, logs: int) -> tuple[np.ndarray, int, int]:
    """P-values of the signs of one precursor on honest logs, how many were looked at, and how many held."""
    see = next(one for one in precursors() if one.name == name).see
    seen = [see(PRECURSORS_ON_HONEST_LOGS[name](seed)) for seed in range(logs)]
    values = np.array([sign.p_value for one in seen for sign in one.signs])
    return values, sum(one.looked_at for one in seen), sum(bool(held(one)) for one in seen)


@pytest.mark.parametrize("name", PRECURSORS_ON_HONEST_LOGS)
def test_signs_on_honest_logs_are_no_rarer_than_they_say(name):
    values, looked_at, told = _honest_signs(name, 6)
    assert looked_at >= 150
    assert all((values <= level).sum() <= _most(looked_at, level) for level in (0.05, 0.01))
    assert told == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", PRECURSORS_ON_HONEST_LOGS)
def test_signs_on_many_honest_logs_are_no_rarer_than_they_say(name):
    values, looked_at, told = _honest_signs(name, 60)
    assert all((values <= level).sum() <= _most(looked_at, level) for level in (0.05, 0.01, 0.001))
    assert told <= _most(60, 0.001 * 60)


# ---- likelihoods -----------------------------------------------------------------------------------------------------
@cache
def _ratios_of_strangers(worlds: int) -> np.ndarray:
    """How much likelier strangers are said to be members of a fleet beside which they stand."""
    found = []
    for seed in range(worlds):
        fleet = town(150, seed=seed).fleet(15).sharing("params_key").on_one_subject()
        beside = fleet.people(20)
        both = replace(beside, focus=np.concatenate([fleet.focus, beside.focus]))
        suspects = both.suspects()
        ratios = likeness(both.scene(), suspects, np.isin(suspects.accounts, fleet.focus))
        found.append(ratios[np.isin(suspects.accounts, beside.focus)])
    return np.concatenate(found)


@pytest.mark.parametrize("odds", [3.0, 10.0, 100.0])
def test_strangers_reach_a_likelihood_ratio_no_more_often_than_it_allows(odds):
    """A likelihood ratio is at least c among strangers in one case of c at most (Markov; Royall 1997)."""
    ratios = _ratios_of_strangers(6)
    assert (ratios >= np.log(odds)).sum() <= _most(len(ratios), 1 / odds)


# ---- all kinds together ----------------------------------------------------------------------------------------------
def test_p_values_of_whole_honest_groups_are_no_smaller_than_chance():
    values = []
    for seed in range(3):
        world = honest_town(seed)
        scene, events, random = world.scene(), world.events(), np.random.default_rng(seed)
        for group in range(12):
            members = random.choice(ACCOUNTS, SIZES[group % len(SIZES)], replace=False)
            values.append(judgement.test_group(scene, suspects_of(members, events, "", scene), links()).p_value)
    assert all((np.array(values) <= level).sum() <= _most(len(values), level) for level in (0.05, 0.01))


def _again(link):
    """The same evidence under another name, as a second link that reads the same columns would give it."""
    name = f"{link.name}_again"

    def test(scene, suspects):
        found = link.test(scene, suspects)
        return None if found is None else replace(found, source=name)

    return replace(link, name=name, test=test, after="")


@cache
def _tied_in_many_ways():
    world = (
        town().fleet(20).worded_alike().sharing("params_key").holding("payment_key", each=4)
        .handing_over(30).taking(9000, each=100, dealt=True).proposed_by("shared_template")
    )  # fmt: skip
    return world.scene(), world.suspects()


@pytest.mark.parametrize("link", links(), ids=lambda link: link.name)
def test_the_same_evidence_twice_counts_no_more_than_once(link):
    """A copy of a link is as dependent as evidence can be: beside all others, or alone, it makes no group surer."""
    scene, suspects = _tied_in_many_ways()
    for others in (links(), (link,)):
        once = judgement.test_group(scene, suspects, others).p_value
        assert judgement.test_group(scene, suspects, (*others, _again(link))).p_value >= once
