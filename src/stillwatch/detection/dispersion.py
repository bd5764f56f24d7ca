"""How unevenly accounts spread over time: Pearson's chi-square of a table accounts × bins over its degrees of freedom.

One is what a queue dealt out at random gives; quiet and busy times of an account's own give more. The tables are never
made: only cells that hold something are read, since hundreds of thinned tables are drawn for each group under test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from stillwatch.logs.window_rows import Ints

WHOLE, OWN, AGE = 0, 1, 2
"""Views: all accounts over one span; each from its first to its last moment (what lies outside is a structural zero);
and the same with time counted from each account's first moment."""
_ROUNDS: Final = 4


class Rows(NamedTuple):
    """Accounts as stretches of one array of moments, each to be thinned; all of shape (n,)."""

    begin: Ints
    counts: Ints
    share: npt.NDArray[np.float64]
    """Which share of its moments stays (binomial)."""


class _Cells(NamedTuple):
    """Cells of the table that hold something: index of the account, bin and moments in it; all of shape (m,)."""

    row: Any
    bin: Any
    count: Any


class _Spans(NamedTuple):
    """What each account may fill: its total, first and last bin; all of shape (n,)."""

    total: Any
    low: Any
    high: Any


@numba.njit(cache=True)
def dispersion(at: Any, rows: Rows, view: int, width: int, seed: int) -> Any:
    """Thin each account, count it in bins of `width`, and give chi-square over its degrees of freedom; 1 where nothing
    is left to compare.
    """
    cells, spans = _counted(at, rows, view, width, seed)
    bins = spans.high.max() + 1
    if view == WHOLE:
        spans.low[:], spans.high[:] = 0, bins - 1
    by_bin = np.zeros(bins)
    for cell in range(cells.row.shape[0]):
        by_bin[cells.bin[cell]] += cells.count[cell]
    profile, freedom = _profile(by_bin, spans), _freedom(by_bin, spans)
    if freedom < 1 or len(cells.row) == 0:
        return 1.0
    reached, squares = _reached(profile), 0.0
    for cell in range(cells.row.shape[0]):
        row = cells.row[cell]
        inside = reached[spans.high[row] + 1] - reached[spans.low[row]]
        squares += cells.count[cell] ** 2 / (spans.total[row] * profile[cells.bin[cell]] / inside)
    # The sum of (observed - expected)^2 / expected, for tables with one total.
    return max((squares - spans.total.sum()) / freedom, 1e-3)


@numba.njit(cache=True)
def _counted(at: Any, rows: Rows, view: int, width: int, seed: int) -> tuple[_Cells, _Spans]:
    """Thin each account and count it in bins; without a moment left, its last bin is -1.

    Trial by trial (xorshift64*) is several times faster here than a binomial generator on whole arrays.
    """
    size, most = rows.begin.shape[0], rows.counts.sum()
    row_of, bin_of, count = np.zeros(most, np.int64), np.zeros(most, np.int64), np.zeros(most, np.int64)
    spans = _Spans(np.zeros(size), np.zeros(size, np.int64), np.full(size, -1))
    state, cells = np.uint64(seed), 0
    for row in range(size):
        threshold = np.uint64(rows.share[row] * 4294967296.0)
        opened = np.int64(0)
        for place in range(rows.begin[row], rows.begin[row] + rows.counts[row]):
            state ^= state >> np.uint64(12)
            state ^= state << np.uint64(25)
            state ^= state >> np.uint64(27)
            if (state * np.uint64(2685821657736338717)) >> np.uint64(32) >= threshold:
                continue
            if spans.high[row] < 0:
                opened = at[place] if view == AGE else opened
                spans.low[row] = (at[place] - opened) // width
            number = (at[place] - opened) // width
            if number != spans.high[row]:
                row_of[cells], bin_of[cells] = row, number
                cells += 1
                spans.high[row] = number
            count[cells - 1] += 1
            spans.total[row] += 1
    return _Cells(row_of[:cells], bin_of[:cells], count[:cells]), spans


@numba.njit(cache=True)
def _profile(by_bin: Any, spans: Any) -> Any:
    """How busy each bin is for an account that may fill it, shape (bins,), by a few rounds of iterative proportional
    fitting; exact at once where all accounts span all bins.
    """
    bins = by_bin.shape[0]
    profile = by_bin.copy()
    for _ in range(_ROUNDS):
        reached, exposure = _reached(profile), np.zeros(bins + 1)
        for row in range(spans.total.shape[0]):
            if spans.total[row] > 0:
                inside = spans.total[row] / (reached[spans.high[row] + 1] - reached[spans.low[row]])
                exposure[spans.low[row]] += inside
                exposure[spans.high[row] + 1] -= inside
        level = 0.0
        for number in range(bins):
            level += exposure[number]
            profile[number] = by_bin[number] / max(level, 1e-9)
    return profile


@numba.njit(cache=True)
def _reached(profile: Any) -> Any:
    """Sum of a profile up to each bin, shape (bins + 1,)."""
    out = np.zeros(profile.shape[0] + 1)
    for number in range(profile.shape[0]):
        out[number + 1] = out[number] + profile[number]
    return out


@numba.njit(cache=True)
def _freedom(by_bin: Any, spans: Any) -> Any:
    """Cells that could be filled, less those that the totals of accounts and bins fix; bins that nobody fills are
    none.
    """
    seen = _reached((by_bin > 0).astype(np.float64))
    out = 1.0 - seen[-1]
    for row in range(spans.total.shape[0]):
        if spans.total[row] > 0:
            out += seen[spans.high[row] + 1] - seen[spans.low[row]] - 1
    return out
