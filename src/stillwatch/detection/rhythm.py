"""How accounts share load: one scheduler, or many people.

Do more accounts of a group run at one and the same rate than accounts drawn at random would? The null comes from the
log itself, accounts outside the group, and from what is known of people who use one tool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
from scipy import special

from stillwatch.detection.density import Density, density
from stillwatch.detection.statistics import SMALLEST_P

if TYPE_CHECKING:
    from stillwatch.logs.window_rows import Ints

Floats = npt.NDArray[np.float64]

BROAD_WIDTHS: Final = (0.22, 0.47, 0.92)  # natural logs: within factors of 1.25, 1.6 and 2.5
WIDTHS: Final = (0.015, 0.03, 0.06, 0.12, *BROAD_WIDTHS)
"""The narrow ones tell a few busy accounts: a thousand exchanges dealt out at random differ by a few per cent."""
_NEAR: Final = 0.47
"""A crowd at nearly the same rate, such as the users of one nightly tool, excuses a group beside it."""
ALIKE: Final = 0.6
"""Natural logs by which the rates of people who use one and the same tool differ at least; in most it is about one."""


class Load(NamedTuple):
    p_value: float
    inside: npt.NDArray[np.bool_]
    """Which accounts, shape (n,), run at the common rate."""
    factor: float
    """Width of the common rate, as a factor."""


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
    squares = float(np.var(logs)) * len(logs) / (ALIKE**2 + 1 / max(1.0, count))
    return float(special.chdtr(freedom, squares))


def _at_least(successes: Ints, trials: int, chances: Floats) -> Floats:
    """P(Binomial(trials, chance) ≥ successes) for each place, shape (n,)."""
    tails = special.bdtrc(np.maximum(successes - 1, 0), trials, np.minimum(chances, 1.0))
    return np.where(successes <= 0, 1.0, np.nan_to_num(tails, nan=1.0))


def _alike_share(width: float, count: float) -> float:
    """Share of the users of one tool in the best window of a width, were their rates as alike as the null lets them."""
    spread = float(np.sqrt(ALIKE**2 + 1 / max(1.0, count)))
    return float(2 * special.ndtr(width / 2 / spread) - 1)
