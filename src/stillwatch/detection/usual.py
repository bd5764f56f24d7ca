"""What is usual outside of a group: rates and opening times of the other accounts.

The others are what a group is held against, so its own accounts are always taken out of a comparison of rates; in one
of opening times only where the group is large enough to matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.detection.density import Density, density
from stillwatch.detection.profiles import LEAST_PROMPTS
from stillwatch.detection.rhythm import rate_density
from stillwatch.logs.window_rows import DAY_NS, HOUR_NS, Ints, Population, Registry

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

LEAST_RATE_EXCHANGES: Final = 2
LEAST_COUNT: Final = 6
"""Exchanges an account from which on it has a rate of its own; smaller counts lie together by themselves."""
Floats = npt.NDArray[np.float64]

LEAST_OTHERS: Final = 30
OPENING_SPANS: Final = {6 * HOUR_NS: "six hours", 2 * DAY_NS: "two days", 7 * DAY_NS: "a week"}
_LEAST_SEEN: Final = 3 * HOUR_NS
"""Less than this is one sitting, and no rate."""
_SMALL_SHARE: Final = 0.02
_SAMPLE: Final = 4000


def rate_sample(people: Population, seed: int) -> Ints:
    """A random sample of accounts with a rate at all, ascending."""
    able = np.flatnonzero(people.exchanges >= LEAST_RATE_EXCHANGES)
    chosen = np.random.default_rng(seed).choice(able, min(len(able), _SAMPLE), replace=False)
    return np.sort(chosen).astype(np.int64)


def all_openings(registry: Registry) -> Density:
    """Opening times of all accounts that have one."""
    return density(registry.created_at[registry.created_at > 0].astype(np.float64), tuple(map(float, OPENING_SPANS)))


def active_days(scene: Scene, accounts: Ints) -> Floats:
    """Days from the first to the last exchange of each account, at least one; of one that began within the last day of
    the log, all that was seen of it, since it is still going on: accounts added by the hour run at one rate too.
    """
    first = scene.population.first_at[accounts]
    seen = np.clip(scene.end - first, _LEAST_SEEN, DAY_NS)
    return np.asarray(np.maximum(seen, scene.population.last_at[accounts] - first) / DAY_NS, np.float64)


def focus_rates(scene: Scene, suspects: Suspects) -> Floats:
    """Exchanges in focus a day of each account of a group, shape (size,)."""
    return suspects.once("focus rates", lambda: suspects.focus_counts() / active_days(scene, suspects.accounts))


class Outside(NamedTuple):
    """Accounts outside of a group, had they as few exchanges as the group's: number and exchanges, each (m,)."""

    accounts: Ints
    counts: Ints


def outside(scene: Scene, suspects: Suspects) -> Outside | None:
    """A sample of the accounts outside of a group, thinned (Poisson) to the group's usual count, and cut off where it
    is: a group that shares a key shows only the part of its accounts' traffic that carries it, and small counts lie
    together by themselves. None where there are too few to compare with.
    """
    place = np.minimum(np.searchsorted(suspects.accounts, scene.rate_sample), suspects.size - 1)
    others = scene.rate_sample[suspects.accounts[place] != scene.rate_sample]
    if len(others) < LEAST_OTHERS:
        return None
    counts = scene.population.exchanges[others]
    share = min(1.0, float(np.median(suspects.focus_counts())) / float(np.median(counts)))
    thinned = np.random.default_rng(scene.seed).poisson(share * counts) if share < 1 else counts
    kept = thinned >= least_count(scene, suspects)
    if kept.sum() < LEAST_OTHERS:
        return None
    return Outside(others[kept], thinned[kept].astype(np.int64))


def least_count(scene: Scene, suspects: Suspects) -> int:
    """Exchanges below which an account could not have been of the group, so that whom it is held against has as many.

    A group of which every account has a profile may be one because accounts of fewer exchanges have none: what is left
    of quiet accounts then lies together by itself.
    """
    have_profiles = not np.isnan(scene.profile[suspects.accounts, 0]).any()
    most = LEAST_PROMPTS if have_profiles else LEAST_RATE_EXCHANGES
    return min(most, int(suspects.focus_counts().min()))


def rates_outside(scene: Scene, suspects: Suspects) -> Density | None:
    """How densely the rates of accounts outside of a group lie together, had they as few exchanges as the group's."""
    others = outside(scene, suspects)
    return None if others is None else rate_density(others.counts / active_days(scene, others.accounts))


def openings_outside(scene: Scene, accounts: Ints) -> Density | None:
    """Opening times outside of a group; None where there are too few to compare with."""
    if len(scene.openings.values) - len(accounts) < LEAST_OTHERS:
        return None
    if len(accounts) <= _SMALL_SHARE * len(scene.openings.values):
        return scene.openings
    others = scene.registry.created_at.copy()
    others[accounts] = -1
    return density(others[others > 0].astype(np.float64), tuple(map(float, OPENING_SPANS)))
