"""How accounts share load and time: one scheduler, or many people.

Two questions about a group. *Even load*: do more of its accounts run at one and the same rate than accounts drawn at
random would? *Common rhythm*: given how much each account sends, is their activity over time that of one queue dealt
out at random (a table of accounts × bins with independent rows and columns), or does each live its own life
(overdispersed)? Both nulls come from the log itself: accounts outside the group.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from stillwatch.detection.density import Density, density
from stillwatch.detection.statistics import SMALLEST_P, lower_tail
from stillwatch.logs.window import DAY_NS, Ints

Floats = npt.NDArray[np.float64]

BROAD_WIDTHS: Final = (0.22, 0.47, 0.92)  # natural logs: within factors of 1.25, 1.6 and 2.5
WIDTHS: Final = (0.06, 0.12, *BROAD_WIDTHS)
"""The narrow ones tell a few busy accounts: a thousand exchanges dealt out at random differ by a few per cent."""
_NEAR: Final = 0.47
"""A crowd at nearly the same rate, such as the users of one nightly tool, excuses a group beside it."""
_DRAWS: Final = 120
_LEAST_CHOICE: Final = 30
_LEAST_EVENTS: Final = 6
_COMPARABLE: Final = 0.9  # up to this quantile of volume there are accounts to compare with


class Load(NamedTuple):
    p_value: float
    inside: npt.NDArray[np.bool_]
    """Which accounts, shape (n,), run at the common rate."""
    factor: float
    """Width of the common rate, as a factor."""


class Rhythm(NamedTuple):
    p_value: float
    dispersion: float
    """Chi-square of the table accounts × bins over its degrees of freedom: 1 = one queue."""
    usual: float
    """Median of the same among unrelated accounts of the same volume."""


def daily_rates(counts: Ints, first_at: Ints, last_at: Ints) -> Floats:
    """Exchanges a day while active, each of shape (n,); an account seen for less than a day counts as seen for one."""
    return counts / np.maximum(1.0, (last_at - first_at) / DAY_NS)


def even_load(rates: Floats, population_rates: Floats) -> Load:
    """Test whether the rates of a group, shape (n,), cluster more than rates of the population, shape (m,), do."""
    return even_load_against(rates, rate_density(population_rates))


def rate_density(rates: Floats) -> Density:
    """Measure how densely the rates of a population, shape (m,), lie together."""
    return density(np.log(rates), WIDTHS)


def even_load_against(rates: Floats, usual: Density, chosen_from: int = 0, widths: tuple[float, ...] = WIDTHS) -> Load:
    """Test whether the rates of a group, shape (n,), cluster more than those of a population do.

    Null: each account's rate is drawn from the population's. The statistic is the number of accounts within a window of
    a given width above one of them; given that one's rate, the others fall into the window with at most the share that
    the population has in the densest such window nearby (one added to both counts). The best of all places and widths
    is corrected for their number (Bonferroni). Where the rates were chosen from more accounts for being alike,
    `chosen_from` says from how many, and the others count as accounts outside of the window.
    """
    drawn = max(chosen_from, len(rates))
    logs = np.sort(np.log(rates))
    best, most = Load(1.0, np.ones(len(rates), np.bool_), float(np.exp(widths[-1]))), 0
    for width in widths:
        counts = np.searchsorted(logs, logs + width, side="right") - np.arange(len(logs))
        tails = stats.binom.sf(counts - 2, drawn - 1, usual.chances_near(logs, width, _NEAR))
        p_values = np.clip(tails * drawn * len(widths), SMALLEST_P, 1.0)
        place = int(np.lexsort((-counts, p_values))[0])  # of two as surprising, the larger
        if (p_values[place], -counts[place]) < (best.p_value, -most):
            inside = (np.log(rates) >= logs[place]) & (np.log(rates) <= logs[place] + width)
            best, most = Load(float(p_values[place]), inside, float(np.exp(width))), int(counts[place])
    return best


def common_rhythm(table: Ints, reference: Ints, seed: int) -> Rhythm:
    """Test whether a table of accounts × bins, shape (n, b), is less dispersed than unrelated accounts' tables.

    `reference`, shape (m, b), holds accounts outside the group. Null: the group is a random set of accounts of the same
    volumes: for each account another is drawn among those with as many exchanges, and whichever of the two is busier is
    thinned to the other's number, since dispersion grows with volume. The statistic of a draw is the logarithm of the
    ratio of the group's dispersion to that of the drawn accounts.
    """
    table = table[table.sum(axis=1) >= _LEAST_EVENTS]
    if len(table) < 3 or len(reference) < 30:
        return Rhythm(1.0, 0.0, 0.0)
    table = table[: _largest(table)]
    random = np.random.default_rng(seed)
    volumes, totals = table.sum(axis=1), reference.sum(axis=1)
    order = np.argsort(totals)
    able = volumes <= np.quantile(totals, _COMPARABLE)
    observed, null = np.empty(_DRAWS), np.empty(_DRAWS)
    for draw in range(_DRAWS):
        drawn = _alike(volumes, reference[order], totals[order], random)
        null[draw] = _dispersion(drawn)
        if not able.all() or draw == 0:
            observed[draw] = _dispersion(_thinned(table, drawn.sum(axis=1), random))
        else:
            observed[draw] = observed[0]
    usual, mine = float(np.median(null)), float(np.median(observed))
    p_value = lower_tail(0.0, np.log(null) - np.log(observed)) if mine < usual else 1.0
    return Rhythm(max(p_value, SMALLEST_P), mine, usual)


def _thinned(table: Ints, wanted: Ints, random: np.random.Generator) -> Ints:
    """Keep about `wanted`, shape (n,), exchanges of each row at random; rows that have no more are kept whole."""
    share = np.minimum(1.0, wanted / np.maximum(1, table.sum(axis=1)))
    return np.asarray(random.binomial(table, share[:, None]), np.int64)


def _largest(table: Ints) -> int:
    """How many rows to read: beyond a few hundred accounts the answer no longer changes, but the cost does."""
    return min(len(table), 400)


def _alike(volumes: Ints, reference: Ints, totals: Ints, random: np.random.Generator) -> Ints:
    """Draw one reference account for each volume and thin it to that volume; the busiest stand in for busier ones."""
    lowest = np.minimum(np.searchsorted(totals, volumes), max(0, len(totals) - _LEAST_CHOICE))
    reach = np.minimum(len(totals), np.maximum(lowest + _LEAST_CHOICE, np.searchsorted(totals, volumes * 4)))
    chosen = (lowest + random.random(len(volumes)) * (reach - lowest)).astype(np.int64)
    rows, sums = reference[chosen], totals[chosen]
    share = np.minimum(1.0, volumes / np.maximum(1, sums))
    return np.asarray(random.binomial(rows, share[:, None]), np.int64)


def _dispersion(table: Ints) -> float:
    """Pearson's chi-square of independence over its degrees of freedom."""
    table = table[:, table.sum(axis=0) > 0]
    table = table[table.sum(axis=1) > 0]
    if min(table.shape) < 2:
        return 1.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    freedom = (table.shape[0] - 1) * (table.shape[1] - 1)
    return float(max(((table - expected) ** 2 / expected).sum() / freedom, 1e-3))
