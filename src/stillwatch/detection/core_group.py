"""The core of a proposed group: the accounts that one pipeline could be driving.

Accounts are split by the request parameters they mostly use in focus, since one pipeline has one configuration; in each
split the accounts at the common rate are the core. `widen` later takes the rest of the split in, account by account.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from stillwatch.detection.rhythm import daily_rates, even_load
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene, Suspects, suspects_of
from stillwatch.detection.shape import item_degrees
from stillwatch.detection.spans import active_spans
from stillwatch.logs.window import Events, Ints

_LEAST_FOCUS: Final = 2
_WHOLE_SHARE: Final = 0.85  # of accounts with one configuration: the group is not split then
_MOST_OVERLAP: Final = 0.5
_SWEEP_FACTOR: Final = 4.0


def splits(scene: Scene, accounts: Ints, events: Events, origin: str) -> list[Suspects]:
    """Split a proposed group by configuration; each split holds accounts with at least two exchanges in focus."""
    whole = _focused(suspects_of(accounts, events, origin, scene), scene, events)
    if whole.size < LEAST_ACCOUNTS:
        return []
    mode = configuration_of(whole)
    values, counts = np.unique(mode, return_counts=True)
    out = []
    if counts.max() >= _WHOLE_SHARE * whole.size or len(values) == 1:
        out.append(whole)
    for value, count in zip(values, counts, strict=True):
        if count >= LEAST_ACCOUNTS and count < whole.size:
            out.append(suspects_of(whole.accounts[mode == value], events, origin, scene))
    return [without_sweepers(scene, events, one) for one in out]


def configuration_of(suspects: Suspects) -> Ints:
    """Each account's most used parameter key, shape (size,)."""
    keys = suspects.events["params_key"]
    values, inverse = np.unique(keys, return_inverse=True)
    if len(values) == 0:
        return np.zeros(suspects.size, np.int64)
    table = np.zeros((suspects.size, len(values)), np.int64)
    np.add.at(table, (suspects.place, inverse), 1)
    return np.asarray(values[table.argmax(axis=1)], np.int64)


def without_sweepers(scene: Scene, events: Events, suspects: Suspects) -> Suspects:
    """Leave out accounts that run the whole list by themselves: many more prompts than the others, most of them theirs too."""
    place, degree = item_degrees(suspects)
    if len(place) == 0:
        return suspects
    items = np.bincount(place, minlength=suspects.size)
    shared = np.bincount(place, weights=degree > 1, minlength=suspects.size) / np.maximum(1, items)
    is_sweeper = (items > _SWEEP_FACTOR * np.median(items)) & (shared > _MOST_OVERLAP)
    if not is_sweeper.any() or (~is_sweeper).sum() < LEAST_ACCOUNTS:
        return suspects
    return suspects_of(suspects.accounts[~is_sweeper], events, suspects.origin, scene)


def core_of(scene: Scene, events: Events, suspects: Suspects) -> Suspects:
    """Accounts of a split that run at one rate; all of them where no rate stands out."""
    others = np.setdiff1d(np.flatnonzero(scene.population.exchanges >= _LEAST_FOCUS), suspects.accounts)
    if len(others) < 30 or suspects.size < LEAST_ACCOUNTS:
        return suspects
    people = scene.population
    usual = daily_rates(people.exchanges[others], people.first_at[others], people.last_at[others])
    first, last = active_spans(suspects)
    load = even_load(daily_rates(suspects.focus_counts(), first, last), usual)
    if load.p_value > 0.01 or load.inside.sum() < LEAST_ACCOUNTS:
        return suspects
    return suspects_of(suspects.accounts[load.inside], events, suspects.origin, scene)


def _focused(suspects: Suspects, scene: Scene, events: Events) -> Suspects:
    counts = suspects.focus_counts()
    able = counts >= _LEAST_FOCUS
    return suspects if able.all() else suspects_of(suspects.accounts[able], events, suspects.origin, scene)
