"""Accounts that send unusually equally: a scheduler deals out the work.

Sees: more accounts at one daily rate than accounts of this log cluster by themselves.
Why: operators use the least recently used account next, so that each stays below every limit; people differ by factors
of ten and more.
Null model: each account's rate is drawn from the rates of all other accounts, and from those of users of one tool; see
`rhythm.even_load`, and `even_counts.even_counts` for accounts with too few exchanges to have a rate each, or hardly
more than an account needs to be of the group (`usual.least_count`). Assumes that rates of unrelated accounts are
independent.
Looks the same: strangers who run a benchmark of fixed length or a nightly job; the twins `public_benchmark` and
`scheduled_job` look for them.
Evaded by: drawing a rate for each account, as people's rates are spread; costs capacity.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.even_counts import even_counts
from stillwatch.detection.link import Link
from stillwatch.detection.rhythm import even_load, least_even_load
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene, Suspects
from stillwatch.detection.usual import LEAST_COUNT, focus_rates, least_count, outside, rates_outside
from stillwatch.detection.world import town

NAME = "even_load"
_MOST_P = 0.05  # what cannot come below it is no evidence, and is not worked out
_CLEAR_OF_CUT: Final = 2
"""Times the least count that a group's accounts may have; nearer to it what the cut leaves lies together by itself."""


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    count = float(np.median(suspects.focus_counts()))
    if suspects.size < LEAST_ACCOUNTS:
        return None
    if count < max(LEAST_COUNT, _CLEAR_OF_CUT * least_count(scene, suspects)):
        return _by_counts(scene, suspects)
    rates, chosen_from = focus_rates(scene, suspects), suspects.chosen_from
    if least_even_load(rates, count=count, chosen_from=chosen_from) > _MOST_P:
        return None
    usual = rates_outside(scene, suspects)
    if usual is None:
        return None
    load = even_load(rates, usual, count=count, chosen_from=chosen_from)
    quiet, busy = np.quantile(usual.values, [0.1, 0.9])
    return Evidence(
        family=Family.TIMING,
        source=NAME,
        score=float(load.inside.mean()),
        p_value=load.p_value,
        because=(
            f"{int(load.inside.sum())} of {suspects.size} accounts send at one rate, "
            f"{np.median(rates[load.inside]):.0f} exchanges "
            f"a day within a factor of {load.factor:.2g}; rates in this log usually spread by a factor of "
            f"{np.exp(busy - quiet):.0f} between busy and quiet accounts"
        ),
        accounts=int(load.inside.sum()),
        exchanges=suspects.exchanges,
    )


def _by_counts(scene: Scene, suspects: Suspects) -> Evidence | None:
    counts, others = suspects.focus_counts(), outside(scene, suspects)
    if others is None or counts.min() < 1:
        return None
    least, left_out = least_count(scene, suspects), suspects.chosen_from - suspects.size
    return Evidence(
        family=Family.TIMING,
        source=NAME,
        score=1.0,
        p_value=even_counts(counts, others.counts, least=least, left_out=left_out, seed=scene.seed),
        because=(
            f"the {suspects.size} accounts sent {counts.mean():.1f} exchanges each, with a variance of "
            f"{counts.var():.1f} as if dealt out at random, where counts of users of one tool would vary more"
        ),
        accounts=suspects.size,
        exchanges=suspects.exchanges,
    )


LINK = Link(
    name=NAME,
    family=Family.TIMING,
    axis="hand",
    status="stable",
    reads=("started_at",),
    test=_test,
    cases=(
        Case(name="every account is given the same share of the work", fires=True, make=lambda: town().fleet(20)),
        Case(
            name="hundreds of accounts are given a few exchanges each",
            fires=True,
            make=lambda: town().fleet(400, per_day=0.15),
        ),
        Case(
            name="hundreds of people send a few exchanges each",
            fires=False,
            make=lambda: town().people(400, per_day=0.3, spread=0.7),
        ),
        Case(name="people of one trade differ by factors", fires=False, make=lambda: town().people(20, spread=0.7)),
    ),
)
