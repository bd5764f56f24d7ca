"""The core of a proposed group: the accounts that one pipeline could be driving.

Accounts are split by the request parameters and by the client they mostly use, since one pipeline has one of each; in
the whole and in each split the accounts at the common rate are the core. `widen` later takes the rest of the split in,
account by account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.detection.rhythm import even_load_against
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene, Suspects, parted, suspects_of
from stillwatch.detection.shape import item_degrees
from stillwatch.detection.usual import active_days, rates_outside

if TYPE_CHECKING:
    from stillwatch.logs.window import Events, Ints

_LEAST_FOCUS: Final = 2
_MOST_OVERLAP: Final = 0.5
_SWEEP_FACTOR: Final = 4.0


def splits(scene: Scene, accounts: Ints, events: Events, origin: str) -> list[Suspects]:
    """Give a proposed group as a whole, and split by configuration and by client; accounts have two exchanges in focus.

    A pipeline mostly has one configuration and one client, so a split tells it from strangers who share its wording; an
    operator who gives each account a configuration of its own shows in the whole.
    """
    whole = _focused(suspects_of(accounts, events, origin, scene), scene, events)
    if whole.size < LEAST_ACCOUNTS:
        return []
    out = [whole]
    for values in (configuration_of(whole), scene.modes["client"][whole.accounts]):
        out.extend(parted(whole, values, LEAST_ACCOUNTS))
    distinct = {one.accounts.tobytes(): one for one in out}
    return [without_sweepers(scene, events, one) for one in distinct.values()]


def configuration_of(suspects: Suspects) -> Ints:
    """Each account's most used parameter key, shape (size,)."""
    keys = suspects.events["params_key"]
    values, inverse = np.unique(keys, return_inverse=True)
    if len(values) == 0:
        return np.zeros(suspects.size, np.int64)
    # One row an account and key in use: a table of all accounts by all keys would grow with their product.
    pairs, counts = np.unique(suspects.place * len(values) + inverse, return_counts=True)
    owner, key = pairs // len(values), pairs % len(values)
    order = np.lexsort((-key, counts, owner))
    out = np.full(suspects.size, values[0], np.int64)
    out[owner[order]] = values[key[order]]  # the last of an account is its most used, of two as often the smaller key
    return out


def without_sweepers(scene: Scene, events: Events, suspects: Suspects) -> Suspects:
    """Leave out accounts that run the whole list by themselves: many more prompts than the others, most of them theirs
    too.
    """
    counts = suspects.focus_counts()
    if counts.max(initial=0) <= _SWEEP_FACTOR * np.median(counts):
        return suspects
    place, degree = item_degrees(suspects)
    if len(place) == 0:
        return suspects
    items = np.bincount(place, minlength=suspects.size)
    shared = np.bincount(place, weights=degree > 1, minlength=suspects.size) / np.maximum(1, items)
    is_sweeper = (items > _SWEEP_FACTOR * np.median(items)) & (shared > _MOST_OVERLAP)
    if not is_sweeper.any() or (~is_sweeper).sum() < LEAST_ACCOUNTS:
        return suspects
    return suspects_of(suspects.accounts[~is_sweeper], events, suspects.origin, scene, suspects.chosen_from)


def core_of(scene: Scene, events: Events, suspects: Suspects) -> Suspects:
    """Accounts of a split that run at one rate; all of them where no rate stands out."""
    usual = rates_outside(scene, suspects)
    if usual is None or suspects.size < LEAST_ACCOUNTS:
        return suspects
    load = even_load_against(suspects.focus_counts() / active_days(scene.population, suspects.accounts), usual)
    if load.p_value > 0.01 or load.inside.sum() < LEAST_ACCOUNTS:
        return suspects
    return suspects_of(suspects.accounts[load.inside], events, suspects.origin, scene, suspects.chosen_from)


def _focused(suspects: Suspects, scene: Scene, events: Events) -> Suspects:
    counts = suspects.focus_counts()
    able = counts >= _LEAST_FOCUS
    return suspects if able.all() else suspects_of(suspects.accounts[able], events, suspects.origin, scene)
