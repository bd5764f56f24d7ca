"""The core of a proposed group: the accounts that one pipeline could be driving.

Accounts are split by the request parameters and by the client they mostly use, since one pipeline has one of each; in
the whole and in each split the accounts at the common rate are the core. `widen` later takes the rest of the split in,
account by account.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.detection.numbering import numbered
from stillwatch.detection.rhythm import BROAD_WIDTHS, even_load, least_even_load
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene, Suspects, select, suspects_of
from stillwatch.detection.shape import incidence
from stillwatch.detection.usual import LEAST_COUNT, focus_rates, rates_outside

if TYPE_CHECKING:
    from stillwatch.logs.window_rows import Events, Ints

PROGRAM_COLUMNS: Final = ("params_key", "client_key")
"""What tells one pipeline from another: its configuration and its client."""
UNIFORM: Final = 0.9
"""Share from which on a group has one configuration, or one client."""
_LEAST_FOCUS: Final = 2
_QUIET: Final = 4
"""Usual exchanges in focus below which an account with a single one is as good as the others."""
_LEAST_PART: Final = 0.05
"""Of an account's exchanges in focus; below it, it merely tried a configuration."""
_MOST_OVERLAP: Final = 0.5
_SWEEP_FACTOR: Final = 4.0
_STANDS_OUT: Final = 0.01


def splits(scene: Scene, accounts: Ints, events: Events, origin: str) -> list[Suspects]:
    """Give a proposed group as a whole, and the part of it that each configuration and each client does.

    A pipeline mostly has one configuration and one client, so a split tells it from strangers who share its wording,
    and from another pipeline on the same accounts: exchanges are split, and an account is in each split that does a
    fair part of what it sends. An operator who gives each account a configuration of its own shows in the whole.
    """
    whole = _focused(suspects_of(accounts, events, origin, scene))
    if whole.size < LEAST_ACCOUNTS:
        return []
    out = [whole]
    for column in PROGRAM_COLUMNS:
        out.extend(_parts(whole, whole.events[column]))
    distinct = {one.accounts.tobytes() + one.events["exchange_no"].tobytes(): one for one in out}
    return [without_sweepers(one) for one in distinct.values()]


def _parts(whole: Suspects, values: Ints) -> list[Suspects]:
    """Part a group's exchanges by a value, shape (m,): with each, the accounts for which it is a fair part.

    Costs a few looks at the exchanges, however many the parts.
    """
    found = numbered(values)
    order = np.argsort(found.number, kind="stable")
    bounds = np.append(0, np.cumsum(found.counts()))
    least = np.maximum(_least_focus(whole), _LEAST_PART * whole.focus_counts())
    out = []
    for start, end in pairwise(bounds.tolist()):
        if end - start < _LEAST_FOCUS * LEAST_ACCOUNTS or end - start == len(order):
            continue
        rows = order[start:end]
        owners = numbered(whole.place[rows])
        able = owners.counts() >= least[owners.values]
        if able.sum() < LEAST_ACCOUNTS:
            continue
        mine, kept = owners.values[able], able[owners.number]
        out.append(
            Suspects(
                accounts=whole.accounts[mine],
                events=whole.events.taken(rows[kept]),
                place=(np.cumsum(able) - 1)[owners.number[kept]],
                origin=whole.origin,
                all_exchanges=whole.all_exchanges[mine],
                chosen_from=len(mine),
            )
        )
    return out


def configuration_of(suspects: Suspects) -> Ints:
    """Each account's most used parameter key in focus, shape (size,)."""
    return usual_value_of(suspects, "params_key")


class Shown(NamedTuple):
    """The most frequent of some values, and its share of them; 0 and 0 where there are none."""

    value: int
    share: float


def most_shown(values: Ints) -> Shown:
    """The most frequent of values, shape (m,); of two as frequent, the smaller."""
    found = numbered(values)
    counts = found.counts()
    most = int(counts.argmax()) if len(counts) else 0
    return Shown(int(found.values[most]), float(counts[most] / counts.sum())) if len(counts) else Shown(0, 0.0)


def usual_value_of(suspects: Suspects, column: str) -> Ints:
    """Each account's most frequent value of a column over its exchanges in focus, shape (size,)."""
    return suspects.once(f"usual {column}", lambda: _usual_value(suspects, column))


def _usual_value(suspects: Suspects, column: str) -> Ints:
    found = numbered(suspects.events[column])
    values = len(found.values)
    if values == 0:
        return np.zeros(suspects.size, np.int64)
    pairs = numbered(suspects.place * values + found.number)
    flat, counts = pairs.values, pairs.counts()
    order = np.lexsort((-flat, counts))  # of two as frequent, the smaller value
    out = np.zeros(suspects.size, np.int64)
    out[flat[order] // values] = found.values[flat[order] % values]
    return out


def without_sweepers(suspects: Suspects) -> Suspects:
    """Leave out accounts that run the whole list by themselves: many more prompts than the others, most of them theirs
    too.
    """
    counts = suspects.focus_counts()
    if counts.max(initial=0) <= _SWEEP_FACTOR * np.median(counts):
        return suspects
    place, _, degree = incidence(suspects)
    if len(place) == 0:
        return suspects
    items = np.bincount(place, minlength=suspects.size)
    shared = np.bincount(place, weights=degree > 1, minlength=suspects.size) / np.maximum(1, items)
    is_sweeper = (items > _SWEEP_FACTOR * np.median(items)) & (shared > _MOST_OVERLAP)
    if not is_sweeper.any() or (~is_sweeper).sum() < LEAST_ACCOUNTS:
        return suspects
    return part_of(suspects, ~is_sweeper)


def core_of(scene: Scene, suspects: Suspects) -> Suspects:
    """Accounts of a split that run at one rate; all of them where no rate stands out, or none can be told yet."""
    if suspects.size < LEAST_ACCOUNTS or np.median(suspects.focus_counts()) < LEAST_COUNT:
        return suspects
    rates, count = focus_rates(scene, suspects), float(np.median(suspects.focus_counts()))
    if least_even_load(rates, count=count, widths=BROAD_WIDTHS) > _STANDS_OUT:
        return suspects
    usual = rates_outside(scene, suspects)
    if usual is None:
        return suspects
    load = even_load(rates, usual, count=count, widths=BROAD_WIDTHS)
    if load.p_value > _STANDS_OUT or load.inside.sum() < LEAST_ACCOUNTS:
        return suspects
    return part_of(suspects, load.inside)


def part_of(suspects: Suspects, wanted: npt.NDArray[np.bool_]) -> Suspects:
    """The group with only the accounts wanted, shape (size,), and what was known of how they were chosen."""
    kept = wanted[suspects.place]
    return Suspects(
        accounts=suspects.accounts[wanted],
        events=select(suspects.events, kept),
        place=(np.cumsum(wanted) - 1)[suspects.place[kept]],
        origin=suspects.origin,
        all_exchanges=suspects.all_exchanges[wanted],
        chosen_from=max(suspects.chosen_from, int(wanted.sum())),
    )


def _least_focus(suspects: Suspects) -> int:
    """Who carries the keys once among many who do so often merely met them; among quiet ones it is one of them."""
    return 1 if suspects.size and np.median(suspects.focus_counts()) < _QUIET else _LEAST_FOCUS


def _focused(suspects: Suspects) -> Suspects:
    able = suspects.focus_counts() >= _least_focus(suspects)
    return suspects if able.all() else replace(part_of(suspects, able), chosen_from=int(able.sum()))
