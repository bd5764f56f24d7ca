"""Accounts deal a public prompt set out among themselves: together they sweep it, and hardly two send the same item.

Sees: which items of a known set each member sent, whole or inside a template, and how seldom two members sent the same.
Why: a harvest works through a list once; whoever queries it from many accounts deals it out. Evaluators each run what
they run by themselves, so independent runs of one set overlap.
Null model: members choose their items independently of one another. Two forms of it, and the larger p-value counts.
(1) Each member with m items drew them at random from the n of the set. Items taken again are then a sum over members of
hypergeometric counts; given at most c of them, member i meets at least (items of those before it - c) taken ones, so
their number is bounded by a sum of independent indicators with mean L = sum m_i max(0, s_i - c) / n, and
P(at most c) <= exp(-(L - c + c ln(c/L))) (Chernoff); where the set is taken several times over, the number of items
that nobody took is negatively associated and P(at most v) <= exp(-n KL(v/n || q)), q = prod(1 - m_i/n), holds too;
twice the smaller of both. (2) Each member's items keep their pattern, runs of neighbours for one, and begin at a
random place of the list: parts of a list, such as its subjects, are no shards by themselves.
Looks the same: strangers who agreed on who runs what; a declared organisation, which that twin names.
Evaded by: a private list of prompts; taking each item on many accounts; rewriting each item.
Needs: a fingerprint of the set, `stillwatch corpus add`.
References: Hoeffding 1963; Dubhashi and Ranjan 1998 (balls and bins: negative association).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.link import Hub, Link
from stillwatch.detection.scene import LEAST_ACCOUNTS
from stillwatch.detection.set_use import collisions, sampled_accounts, sets_taken, shifted_collisions, uses_of
from stillwatch.detection.statistics import bounded, lower_tail
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.detection.set_use import SetUse

NAME = "corpus_partition"
_DRAWS: Final = 200
_MOST_COMPARED: Final = 400
_LEAST_EACH: Final = 2
_LEAST_OF_TRAFFIC: Final = 0.3
_MOST_OF_SET: Final = 0.5


def _p_value(use: SetUse, seed: int) -> float:
    taken_again = collisions(use)
    at_random = _random_p(use.counts(), use.items, taken_again)
    compared = sampled_accounts(use, _MOST_COMPARED, seed)
    shifted = lower_tail(float(collisions(compared)), shifted_collisions(compared, _DRAWS, seed))
    return bounded(max(at_random, shifted))


def _random_p(counts: np.ndarray, items: int, taken_again: int) -> float:
    """P(so few items taken again) for members that draw at random, from above; see the null model."""
    before = np.cumsum(counts) - counts
    expected = float((counts * np.maximum(0, before - taken_again)).sum() / items)
    left = items - (int(counts.sum()) - taken_again)
    free = math.exp(float(np.log1p(-np.minimum(counts / items, 1 - 1e-9)).sum()))
    return min(1.0, 2 * math.exp(-max(_below(taken_again, expected), items * _divergence(left / items, free))))


def _below(seen: float, expected: float) -> float:
    if seen >= expected:
        return 0.0
    return expected - seen + (seen * math.log(seen / expected) if seen else 0.0)


def _divergence(share: float, chance: float) -> float:
    """Kullback-Leibler divergence of two coins, where the first falls below the second; else 0."""
    if share >= chance:
        return 0.0
    rest = (1 - share) * math.log((1 - share) / max(1e-300, 1 - chance))
    return rest + (share * math.log(share / chance) if share else 0.0)


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    found: list[Evidence] = []
    uses = uses_of(scene, suspects.accounts)
    for use in uses:
        shards = use.shards()
        if shards.accounts < LEAST_ACCOUNTS:
            continue
        said = next(one for one in sets_taken(scene, suspects.accounts) if one.name == use.name)
        found.append(
            Evidence(
                family=Family.CONTENT,
                source=NAME,
                score=min(1.0, said.taken_share),
                p_value=bounded(_p_value(shards, scene.seed) * len(uses)),
                because=f"the accounts {said.because}, where accounts that choose by themselves would share "
                f"{_usual_overlap(shards):.1%}",
                accounts=shards.accounts,
                exchanges=use.exchanges,
            )
        )
    return min(found, key=lambda one: one.p_value, default=None)


def _usual_overlap(use: SetUse) -> float:
    """Of what one took, the share that another took too, were both drawn at random from the set."""
    return float(use.counts().mean() / use.items)


def _propose(scene: Scene) -> list[Hub]:
    """For each set, the accounts whose traffic is in good part a shard of it."""
    none = np.zeros(0, np.int64)
    everybody = np.arange(scene.accounts)
    out = []
    for use in uses_of(scene, everybody):
        number = scene.takings.names.index(use.name)
        rows = scene.takings.corpus == number
        sent = np.unique(np.stack([scene.takings.exchange[rows], scene.takings.account[rows]]), axis=1)[1]
        exchanges = np.bincount(sent, minlength=scene.accounts)
        counts = use.counts()
        chosen = np.flatnonzero(
            (counts >= _LEAST_EACH)
            & (counts <= _MOST_OF_SET * use.items)
            & (exchanges >= _LEAST_OF_TRAFFIC * scene.population.exchanges)
        )
        if len(chosen) >= LEAST_ACCOUNTS:
            out.append(Hub(chosen, exchanges[chosen].astype(np.int64), none, none))
    return out


def _askable(scene: Scene) -> bool:
    return bool(scene.takings.names)


LINK = Link(
    name=NAME,
    family=Family.CONTENT,
    axis="hand",
    status="experimental",
    reads=("prompt_text",),
    askable=_askable,
    test=_test,
    propose=_propose,
    cases=(
        Case(
            name="thirty accounts sweep a public set of 9,000 questions in shards",
            fires=True,
            make=lambda: town().fleet(30).taking(9000, each=200, dealt=True),
        ),
        Case(
            name="thirty strangers each run 200 questions of their own choice",
            fires=False,
            make=lambda: town().people(30).taking(9000, each=200, dealt=False),
        ),
        Case(
            name="ten strangers each run a subject of their own, one stretch of the list",
            fires=False,
            make=lambda: town().people(10).taking(9000, each=150, dealt=False, in_stretches=True),
        ),
    ),
)
