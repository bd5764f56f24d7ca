"""Accounts that send unusually equally: a scheduler deals out the work.

Sees: more accounts at one daily rate than accounts of this log cluster by themselves.
Why: operators use the least recently used account next, so that each stays below every limit; people differ by factors
of ten and more.
Null model: each account's rate is drawn from the rates of all other accounts; see `rhythm.even_load`. Assumes that
rates of unrelated accounts are independent; a benchmark of fixed length or a nightly job breaks this, and the twins
`public_benchmark` and `scheduled_job` look for them.
Evaded by: drawing a rate for each account, as people's rates are spread; costs capacity.
"""

from __future__ import annotations

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.link import Link
from stillwatch.detection.rhythm import daily_rates, even_load
from stillwatch.detection.scene import Scene, Suspects
from stillwatch.detection.spans import active_spans
from stillwatch.detection.world import town

NAME = "even_load"
_LEAST_RATE_EXCHANGES = 5


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    counts = suspects.focus_counts()
    if suspects.size < 4:
        return None
    others = np.setdiff1d(np.flatnonzero(scene.population.exchanges >= _LEAST_RATE_EXCHANGES), suspects.accounts)
    if len(others) < 30:
        return None
    people = scene.population
    usual = daily_rates(people.exchanges[others], people.first_at[others], people.last_at[others])
    first, last = active_spans(suspects)
    rates = daily_rates(counts, first, last)
    load = even_load(rates, usual)
    return Evidence(
        family=Family.TIMING,
        source=NAME,
        score=float(load.inside.mean()),
        p_value=load.p_value,
        because=(
            f"{int(load.inside.sum())} of {suspects.size} accounts send at one rate, {np.median(rates[load.inside]):.0f} exchanges "
            f"a day within a factor of {load.factor:.2g}; rates in this log usually spread by a factor of "
            f"{np.exp(np.subtract(*np.quantile(np.log(usual), [0.9, 0.1]))):.0f} between busy and quiet accounts"
        ),
        accounts=int(load.inside.sum()),
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
        Case(name="people of one trade differ by factors", fires=False, make=lambda: town().people(20, spread=0.7)),
    ),
)
