"""How accounts share time: one queue dealt out at random, or many lives.

Given how much each account sends, is its activity over time that of one queue dealt out at random (a table of accounts
by bins with independent rows and columns), or does each live its own life (overdispersed)? What "one queue" looks like
depends on how long its accounts live, so there are three views of a group:

- *whole*: all accounts over the group's own span, in bins fitted to that span;
- *own*: each account from its first to its last conversation only (quasi-independence: what lies outside is a
  structural zero), for pools whose accounts are replaced or added one by one;
- *age*: the same with time counted from each account's first conversation, for accounts that all go through one course
  of life, such as a free trial that ends.

The null comes from the log itself: accounts outside of the group, in spans as long as the group's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.detection.dispersion import AGE, OWN, WHOLE, Rows, dispersion
from stillwatch.detection.starts import Starts
from stillwatch.detection.statistics import SMALLEST_P, lower_tail
from stillwatch.logs.window_rows import DAY_NS, HOUR_NS

if TYPE_CHECKING:
    from stillwatch.logs.window_rows import Ints

Floats = npt.NDArray[np.float64]

_WIDTHS: Final = (HOUR_NS, 2 * HOUR_NS, 6 * HOUR_NS, DAY_NS, 2 * DAY_NS, 7 * DAY_NS, 30 * DAY_NS)
_FINE, _COARSE = 60, 12  # bins in a life
_LEAST_BINS: Final = 6
_LEAST_LIFE: Final = DAY_NS
"""Within less than a day one run of an evaluation is as even as a queue."""
_TRIES: Final = 6
"""Views times widths: the best of them is corrected for all."""
_SURE: Final = 1e-6
_LEAST_STARTS: Final = (2, 6, 6)
"""Conversations an account, by view: the ends of an account's own span say nothing."""
_MOST_STARTS: Final = 30_000
"""Beyond it the answer no longer changes, but the cost does."""
_MOST_ACCOUNTS: Final = 400
_LEAST_ACCOUNTS: Final = 3
_LEAST_REFERENCE: Final = 30
_DRAWS: Final = 80
_FIRST_DRAWS, _HOPELESS = 16, 0.1
"""After so few draws a group whose p-value is above this is given up; a small one always rests on all draws."""
_LEAST_CHOICE: Final = 30
_VOLUME_REACH: Final = 4
_COMPARABLE: Final = 0.9
"""Up to this quantile of volume there are accounts to compare with."""
_ALIKE_EXCESS: Final = 0.5
"""Users of one tool may be half as overdispersed as the log's accounts; a large group of them is still none."""


class Rhythm(NamedTuple):
    p_value: float
    dispersion: float
    """Chi-square of the table accounts × bins over its degrees of freedom: 1 = one queue."""
    usual: float
    """Median of the same among unrelated accounts of the same volume; 0 = there is nothing to compare."""


_NOTHING: Final = Rhythm(1.0, 0.0, 0.0)


def common_rhythm(group: Starts, reference: Starts, seed: int) -> Rhythm:
    """Test whether a group is less dispersed over time than unrelated accounts are.

    `reference` holds accounts outside the group; their time is cut into periods of whole days as long as the group's
    span, and what an account does in one is a life to compare with. Null: the group is a random set of such lives of
    the same volumes: for each account one is drawn among those with as many conversations, and whichever of the two is
    busier is thinned to the other's number, since dispersion grows with volume. The statistic of a draw is the
    logarithm of the ratio of the group's dispersion to that of the drawn lives, of whose excess over one only half is
    asked for. The best of three views and two widths is corrected for their number (Bonferroni).
    """
    if len(group.at) == 0:
        return _NOTHING
    start, span = int(group.at.min()), int(group.at.max() - group.at.min()) + 1
    group = Starts(group.place, group.at - start)
    lives = _lives(reference, start, span)
    best = _NOTHING
    random = np.random.default_rng(seed)
    for view, width in _views(group, span):
        found = _tested(_able(group, _LEAST_STARTS[view]), _able(lives, _LEAST_STARTS[view]), (view, width), random)
        if found.usual and (best.usual == 0 or found.p_value < best.p_value):
            best = found
        if best.p_value * _TRIES <= _SURE:
            break
    return best._replace(p_value=float(np.clip(best.p_value * _TRIES, SMALLEST_P, 1.0)))


def _views(group: Starts, span: int) -> list[tuple[int, int]]:
    """Views of the group and widths of bins worth trying, in their order."""
    bounds = group.bounds()
    life = int(np.median(group.at[bounds[1:] - 1] - group.at[bounds[:-1]]))
    out = [(WHOLE, width) for width in _widths(span)]
    if life >= _LEAST_LIFE:
        out += [(view, width) for view in (OWN, AGE) for width in _widths(life)]
    return out


def _widths(life: int) -> list[int]:
    """Two widths of bins, the finer first, that part a life of so many nanoseconds into some 12 and some 60."""
    chosen = {next((width for width in _WIDTHS if width * bins >= life), _WIDTHS[-1]) for bins in (_FINE, _COARSE)}
    return sorted(width for width in chosen if life >= _LEAST_BINS * width)


def _able(starts: Starts, least: int) -> Starts:
    """The accounts that begin conversations often enough."""
    counts = np.diff(starts.bounds())
    return starts if len(counts) == 0 or counts.min() >= least else starts.taken(np.repeat(counts >= least, counts))


def _lives(reference: Starts, start: int, span: int) -> Starts:
    """What each account does in each period of whole days, as long as the group's span: time from the period's begin.

    Whole days, so that hours of the day stay where they are in the group's.
    """
    period = -(-span // DAY_NS) * DAY_NS
    number, at = np.divmod(reference.at - start, period)
    begin, end = (int(edge) - start for edge in (reference.at.min(initial=start), reference.at.max(initial=start)))
    # A period that the log holds a part of would show idle accounts that are none.
    whole = (number * period >= begin - HOUR_NS) & (number * period + span <= end + HOUR_NS) | (number == 0)
    inside = (at < span) & whole
    life = np.cumsum(np.append(True, (np.diff(reference.place) != 0) | (np.diff(number) != 0)))[: len(at)]
    return Starts(life[inside].astype(np.int64), at[inside])


def _tested(group: Starts, lives: Starts, how: tuple[int, int], random: np.random.Generator) -> Rhythm:
    mine, others = group.bounds(), lives.bounds()
    if len(mine) <= _LEAST_ACCOUNTS or len(others) <= _LEAST_REFERENCE:
        return _NOTHING
    rows = _rows_read(np.diff(mine))
    begin, volumes = mine[:-1][rows], np.diff(mine)[rows]
    order = np.argsort(np.diff(others), kind="stable")
    first, totals = others[:-1][order], np.diff(others)[order]
    is_comparable = bool((volumes <= np.quantile(totals, _COMPARABLE)).all())

    def measured(starts: Starts, rows: Rows) -> float:
        return float(dispersion(starts.at, rows, *how, int(random.integers(1, 2**62))))

    observed = np.full(_DRAWS, measured(group, Rows(begin, volumes, np.ones(len(begin)))))
    null = np.empty(_DRAWS)
    for place in range(_DRAWS):
        drawn = _alike(volumes, totals, random)
        kept = np.minimum(volumes, totals[drawn])
        null[place] = measured(lives, Rows(first[drawn], totals[drawn], kept / totals[drawn]))
        if not is_comparable:
            observed[place] = measured(group, Rows(begin, volumes, kept / volumes))
        if place + 1 == _FIRST_DRAWS:
            found = _compared(observed[:_FIRST_DRAWS], null[:_FIRST_DRAWS])
            if found.p_value > _HOPELESS:
                return found
    return _compared(observed, null)


def _compared(observed: Floats, null: Floats) -> Rhythm:
    """What the draws say of the group, each of shape (draws,)."""
    usual, alike = float(np.median(null)), 1 + _ALIKE_EXCESS * np.maximum(0.0, null - 1)
    found = float(np.median(observed))
    p_value = lower_tail(0.0, np.log(alike) - np.log(observed)) if found < np.median(alike) else 1.0
    return Rhythm(p_value, found, usual)


def _rows_read(counts: Ints) -> Ints:
    """Which accounts to read, by index: a few hundred, and more of quiet ones, spread over all."""
    most = max(_MOST_ACCOUNTS, int(_MOST_STARTS // max(1.0, float(np.median(counts)) * 4)))
    return np.unique(np.linspace(0, len(counts) - 1, min(len(counts), most)).astype(np.int64))


def _alike(volumes: Ints, totals: Ints, random: np.random.Generator) -> Ints:
    """Draw one life for each volume, to be thinned to it; the busiest stand in for busier ones.

    `totals`: conversations of all lives, ascending.
    """
    lowest = np.minimum(np.searchsorted(totals, volumes), max(0, len(totals) - _LEAST_CHOICE))
    reach = np.minimum(
        len(totals), np.maximum(lowest + _LEAST_CHOICE, np.searchsorted(totals, volumes * _VOLUME_REACH))
    )
    return np.asarray(lowest + random.random(len(volumes)) * (reach - lowest), np.int64)
