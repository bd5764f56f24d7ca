"""How accounts share load and time: one scheduler, or many people.

Two questions about a group. *Even load*: do more of its accounts run at one and the same rate than accounts drawn at
random would? *Common rhythm*: given how much each account sends, is their activity over time that of one queue dealt
out at random (a table of accounts × bins with independent rows and columns), or does each live its own life
(overdispersed)? Both nulls come from the log itself: accounts outside the group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
from scipy import special

from stillwatch.detection.density import Density, density
from stillwatch.detection.statistics import SMALLEST_P, lower_tail

if TYPE_CHECKING:
    from stillwatch.logs.window import Ints

Floats = npt.NDArray[np.float64]

BROAD_WIDTHS: Final = (0.22, 0.47, 0.92)  # natural logs: within factors of 1.25, 1.6 and 2.5
WIDTHS: Final = (0.015, 0.03, 0.06, 0.12, *BROAD_WIDTHS)
"""The narrow ones tell a few busy accounts: a thousand exchanges dealt out at random differ by a few per cent."""
_NEAR: Final = 0.47
"""A crowd at nearly the same rate, such as the users of one nightly tool, excuses a group beside it."""
_ALIKE: Final = 0.6
"""Natural logs by which the rates of people who use one and the same tool differ at least; in most it is about one."""
_ALIKE_EXCESS: Final = 0.5
"""Users of one tool may be half as overdispersed as the log's accounts; a large group of them is still none."""
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


def rate_density(rates: Floats) -> Density:
    """Measure how densely the rates of a population, shape (m,), lie together."""
    return density(np.log(rates), WIDTHS)


def even_load(
    rates: Floats, usual: Density, *, count: float, chosen_from: int = 0, widths: tuple[float, ...] = WIDTHS
) -> Load:
    """Test whether the rates of a group, shape (n,), cluster more than those of unrelated accounts do.

    Two nulls, and both must fail. *Crowd*: each account's rate is drawn from the population's. *Tool*: the accounts are
    users of one tool, who use it alike: their rates differ by a factor of e^0.6 (standard deviation) at least, and by
    the noise of `count` exchanges each. The statistic is the number of accounts within a window of a given width above
    one of them; given that one's rate, the others fall into it with at most the share that the population has in the
    densest such window nearby (one added to both counts), or that the tool's users have in their best. Against the
    second null the variance of all rates serves as well (chi-square), which tells a few busy accounts better. The best
    of all places and widths is corrected for their number (Bonferroni). Where the rates were chosen from more accounts
    for being alike, `chosen_from` says from how many, and the others count as accounts outside of the window.
    """
    drawn = max(chosen_from, len(rates))
    logs = np.sort(np.log(rates))
    best, most = Load(1.0, np.ones(len(rates), np.bool_), float(np.exp(widths[-1]))), 0
    variance = _by_variance(logs, count) if drawn == len(rates) else 1.0
    for width in widths:
        counts = np.searchsorted(logs, logs + width, side="right") - np.arange(len(logs))
        crowd = _at_least(counts - 1, drawn - 1, usual.chances_near(logs, width, _NEAR))
        tool = _at_least(counts - 1, drawn - 1, np.full(len(logs), _alike_share(width, count)))
        by_window = np.clip(np.maximum(crowd, tool) * drawn * len(widths), SMALLEST_P, 1.0)
        by_both = np.clip(np.maximum(crowd * drawn * len(widths), variance), SMALLEST_P, 1.0)
        p_values = np.minimum(1.0, 2 * np.where(counts == len(logs), np.minimum(by_window, by_both), by_window))
        place = int(np.lexsort((-counts, p_values))[0])  # of two as surprising, the larger
        if (p_values[place], -counts[place]) < (best.p_value, -most):
            inside = (np.log(rates) >= logs[place]) & (np.log(rates) <= logs[place] + width)
            best, most = Load(float(p_values[place]), inside, float(np.exp(width))), int(counts[place])
    return best


def least_even_load(rates: Floats, *, count: float, chosen_from: int = 0, widths: tuple[float, ...] = WIDTHS) -> float:
    """A p-value that `even_load` cannot fall below, whatever the population: its second null alone.

    Both nulls must fail, and the second knows nothing of the population. Under it all places of a window are alike, so
    the fullest window of each width decides. Most groups of strangers are dismissed by this, before the costly null is
    made.
    """
    drawn = max(chosen_from, len(rates))
    logs = np.sort(np.log(rates))
    least = 1.0
    for width in widths:
        most = int(_fullest(logs, width))
        tool = float(_at_least(np.array([most - 1]), drawn - 1, np.array([_alike_share(width, count)]))[0])
        least = min(least, 2 * tool * drawn * len(widths))
        if most == len(logs) and drawn == len(logs):
            least = min(least, 2 * _by_variance(logs, count))
    return max(least, SMALLEST_P)


@numba.njit(cache=True)
def _fullest(logs: Any, width: Any) -> Any:
    """How many of ascending values, shape (n,), lie at most within `width` of one another."""
    most, end = 0, 0
    for start in range(logs.shape[0]):
        while end < logs.shape[0] and logs[end] <= logs[start] + width:
            end += 1
        most = max(most, end - start)
    return most


def _by_variance(logs: Floats, count: float) -> float:
    """P(the variance of so many users' log rates, shape (n,), is no larger): normal logs of the tool's spread."""
    if len(logs) < 3:
        return 1.0
    freedom = len(logs) - 1
    squares = float(np.var(logs)) * len(logs) / (_ALIKE**2 + 1 / max(1.0, count))
    return float(special.chdtr(freedom, squares))


def _at_least(successes: Ints, trials: int, chances: Floats) -> Floats:
    """P(Binomial(trials, chance) ≥ successes) for each place, shape (n,)."""
    tails = special.bdtrc(np.maximum(successes - 1, 0), trials, np.minimum(chances, 1.0))
    return np.where(successes <= 0, 1.0, np.nan_to_num(tails, nan=1.0))


def _alike_share(width: float, count: float) -> float:
    """Share of the users of one tool in the best window of a width, were their rates as alike as the null lets them."""
    spread = float(np.sqrt(_ALIKE**2 + 1 / max(1.0, count)))
    return float(2 * special.ndtr(width / 2 / spread) - 1)


def common_rhythm(table: Ints, reference: Ints, seed: int) -> Rhythm:
    """Test whether a table of accounts × bins, shape (n, b), is less dispersed than unrelated accounts' tables.

    `reference`, shape (m, b), holds accounts outside the group. Null: the group is a random set of accounts of the same
    volumes: for each account another is drawn among those with as many exchanges, and whichever of the two is busier is
    thinned to the other's number, since dispersion grows with volume. The statistic of a draw is the logarithm of the
    ratio of the group's dispersion to that of the drawn accounts, of whose excess over one only half is asked for.
    """
    table = table[table.sum(axis=1) >= _LEAST_EVENTS]
    if len(table) < 3 or len(reference) < 30:
        return Rhythm(1.0, 0.0, 0.0)
    table = table[: _largest(table)]
    random = np.random.default_rng(seed)
    volumes, totals = table.sum(axis=1), reference.sum(axis=1)
    order = np.argsort(totals)
    reference, totals = reference[order], totals[order]
    able = volumes <= np.quantile(totals, _COMPARABLE)
    mine, null = np.full(_DRAWS, _dispersion(table)), np.empty(_DRAWS)
    for place in range(_DRAWS):
        drawn = _alike(volumes, reference, totals, random)
        null[place] = _null_dispersion(*drawn)
        if not able.all():
            kept = np.minimum(1.0, drawn.share * drawn.rows.sum(axis=1) / volumes)
            mine[place] = _null_dispersion(table, kept, int(random.integers(1, 2**62)))
    usual, observed = float(np.median(null)), float(np.median(mine))
    alike = 1 + _ALIKE_EXCESS * np.maximum(0.0, null - 1)
    p_value = lower_tail(0.0, np.log(alike) - np.log(mine)) if observed < np.median(alike) else 1.0
    return Rhythm(max(p_value, SMALLEST_P), observed, usual)


def _largest(table: Ints) -> int:
    """How many rows to read: beyond a few hundred accounts the answer no longer changes, but the cost does."""
    return min(len(table), 400)


class _Draw(NamedTuple):
    """Reference accounts drawn for a group, and how they are to be thinned."""

    rows: Ints
    """Shape (n, b)."""
    share: Floats
    """Which share of each account's exchanges stays, shape (n,)."""
    seed: int


def _alike(volumes: Ints, reference: Ints, totals: Ints, random: np.random.Generator) -> _Draw:
    """Draw one reference account for each volume, to be thinned to it; the busiest stand in for busier ones."""
    lowest = np.minimum(np.searchsorted(totals, volumes), max(0, len(totals) - _LEAST_CHOICE))
    reach = np.minimum(len(totals), np.maximum(lowest + _LEAST_CHOICE, np.searchsorted(totals, volumes * 4)))
    chosen = (lowest + random.random(len(volumes)) * (reach - lowest)).astype(np.int64)
    share = np.minimum(1.0, volumes / np.maximum(1, totals[chosen]))
    return _Draw(reference[chosen], share, int(random.integers(1, 2**62)))


@numba.njit(cache=True)
def _null_dispersion(rows: Any, share: Any, seed: Any) -> float:
    """Thin each row of a table to its share (binomial) and give its dispersion, as `_dispersion` does.

    Hundreds of tables of a few ten thousand cells are drawn for each group, and most cells are zero or one: trial by
    trial (xorshift64*) is several times faster here than a binomial generator on whole arrays.
    """
    table = np.zeros(rows.shape, np.int64)
    by_row, by_column = np.zeros(rows.shape[0]), np.zeros(rows.shape[1])
    state = np.uint64(seed)
    for row in range(rows.shape[0]):
        threshold = np.uint64(share[row] * 4294967296.0)
        for column in range(rows.shape[1]):
            kept: Any = 0
            for _ in range(rows[row, column]):
                state ^= state >> np.uint64(12)
                state ^= state << np.uint64(25)
                state ^= state >> np.uint64(27)
                kept += (state * np.uint64(2685821657736338717)) >> np.uint64(32) < threshold
            table[row, column] = kept
            by_row[row] += kept
            by_column[column] += kept
    return _chi_square(table, by_row, by_column)


@numba.njit(cache=True)
def _chi_square(table: Any, by_row: Any, by_column: Any) -> float:
    height, width, total = 0, 0, by_row.sum()
    for row in range(by_row.shape[0]):
        height += by_row[row] > 0
    for column in range(by_column.shape[0]):
        width += by_column[column] > 0
    if min(height, width) < 2:
        return 1.0
    squares = 0.0
    for row in range(by_row.shape[0]):
        for column in range(by_column.shape[0]):
            if table[row, column] > 0:
                squares += table[row, column] ** 2 / (by_row[row] * by_column[column])
    # The sum of (observed - expected)^2 / expected, for tables with one total.
    return float(max((squares - 1.0) * total / ((height - 1) * (width - 1)), 1e-3))


def _dispersion(table: Ints) -> float:
    """Pearson's chi-square of independence over its degrees of freedom."""
    by_row, by_column = (table.sum(axis=axis).astype(np.float64) for axis in (1, 0))
    found: float = _chi_square(table, by_row, by_column)
    return found
