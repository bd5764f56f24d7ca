"""Prompts that are dealt out: each goes to the same number of accounts, where accounts on their own would overlap by
chance.

Sees: how many members sent each prompt of the group varies less than accounts that choose for themselves make it. A
queue hands out four samples a prompt, and so four accounts send each; strangers with one list overlap here more, there
less.
Why: one scheduler holds the list and ticks off what has been sent.
Null model: each account sends a random subset, of the size that it has, of one list, whatever the others send; the
number of accounts a prompt is then a sum of independent draws, cut off below one since a prompt that nobody sends is
not in the log. Uneven popularity of prompts and common starting points only add variance, so they make the test more
careful. The dispersion of that number is compared with its expectation (normal approximation).
Looks the same: accounts that each run the whole list: the null has no variance then either, and the link says nothing.
Several keys of one customer behind one queue: the twin `declared_organisation`.
Evaded by: sending each prompt once, or drawing the number of samples at random.
References: dispersion test (Fisher 1950); zero-truncated counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy import special

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.link import Link
from stillwatch.detection.scene import LEAST_ACCOUNTS
from stillwatch.detection.shape import incidence
from stillwatch.detection.statistics import bounded
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.logs.window_rows import Ints

NAME = "dealt_out"
_LEAST_PROMPTS: Final = 30
_LEAST_SENDERS: Final = 1.3  # accounts a prompt, on average
_LEAST_SIGNS: Final = 2.0  # standard errors
_LEAST_FREEDOM: Final = 0.1  # variance over mean below which the null leaves nothing to chance


class _Chance(NamedTuple):
    """The number of senders of a prompt that has at least one, under the null."""

    variance: float
    kurtosis: float
    seen: float
    """Share of the list's prompts that somebody sends."""


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    del scene
    place, prompt, _ = incidence(suspects)
    if len(place) == 0:
        return None
    senders = np.bincount(prompt)
    if suspects.size < LEAST_ACCOUNTS or len(senders) < _LEAST_PROMPTS or senders.mean() < _LEAST_SENDERS:
        return None
    chance = _by_chance(np.bincount(place, minlength=suspects.size), senders)
    if chance.variance < _LEAST_FREEDOM * senders.mean():
        return None
    ratio = float(senders.var(ddof=1)) / chance.variance
    p_value = bounded(float(special.ndtr((ratio - 1) / np.sqrt((2 + chance.kurtosis) / len(senders)))))
    taking_turns = _taking_turns(place, prompt, suspects.size, chance)
    return Evidence(
        family=Family.CONTENT,
        source=NAME,
        score=float(np.clip(1 - ratio, 0, 1)),
        p_value=p_value,
        because=(
            f"each of {len(senders):,} prompts was sent by {senders.mean():.1f} of the accounts, a number that varies "
            f"{ratio:.2f} times as much as it would if each chose its prompts for itself: one queue deals them out"
        ),
        accounts=taking_turns,
        exchanges=suspects.exchanges,
    )


def _by_chance(sizes: Ints, senders: Ints) -> _Chance:
    """What the number of senders would be by chance.

    `sizes`, shape (n,): distinct prompts of each account; `senders`, shape (m,): accounts of each prompt seen. The list
    is longer than what was seen of it, by as much as the truncated Poisson says.
    """
    mean = float(senders.mean())
    rate = float(mean + special.lambertw(-mean * np.exp(-mean)).real)  # solves rate / (1 - exp(-rate)) = mean
    truncated = mean * (1 + rate - mean)
    seen = float(-np.expm1(-rate))
    shares = np.minimum(1.0, sizes / (len(senders) / seen))
    summed = float((shares * (1 - shares)).sum())
    return _Chance(min(truncated, summed), 1 / mean, seen)


def _taking_turns(place: Ints, prompt: Ints, size: int, chance: _Chance) -> int:
    """How many accounts send a prompt less often where others do: two keys of one customer are not the whole group.

    Compares each account's covariance with the number of other senders with that of an independent account, which is
    below zero too, since prompts that nobody sends are not seen.
    """
    senders = np.bincount(prompt)
    mine = np.bincount(place, minlength=size) / len(senders)
    others = senders.mean() - mine
    together = np.bincount(place, weights=senders[prompt] - 1, minlength=size) / len(senders)
    usual = mine * others * (chance.seen - 1)
    noise = np.sqrt(np.maximum(mine * (1 - mine) * chance.variance, 1e-12) / len(senders))
    return int((together - mine * others - usual < -_LEAST_SIGNS * noise).sum())


LINK = Link(
    name=NAME,
    family=Family.CONTENT,
    axis="hand",
    status="experimental",
    reads=("prompt_text",),
    test=_test,
    cases=(
        Case(
            name="a queue hands each prompt to four accounts",
            fires=True,
            make=lambda: town().fleet(20).dealing(samples=4),
        ),
        Case(
            name="twenty strangers draw from one list, each for itself",
            fires=False,
            make=lambda: town().fleet(20).sending(1500),
        ),
        Case(
            name="twenty strangers run the whole of one list",
            fires=False,
            make=lambda: town().fleet(20).sending(40),
        ),
    ),
)
