"""How far a campaign reaches: accounts of the whole log that do what its members do.

A proposed group is cut by what tied it (one template, one community of profiles); a large fleet comes in pieces, and
some accounts carry other wording. So each campaign is held against every account that shows its usual keys, or, where
it has none or the program is its own, runs its program: whoever is much likelier a member than not is added. The proof
stays with the core.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.detection.core_group import PROGRAM_COLUMNS, UNIFORM, most_shown, part_of
from stillwatch.detection.membership import widen
from stillwatch.detection.scene import select, suspects_of, together
from stillwatch.logs.window_rows import Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.logs.window import Window
    from stillwatch.logs.window_rows import Ints

_USUAL_SHARE: Final = 0.3  # of the members use a key that is usual among them
_LEAST_SHARE_OF_KEYS: Final = 0.3
_OWN_PROGRAM: Final = 0.5
"""Of those who run a program, so many at least send the campaign's wording: the program is the campaign's own, and
what it sends there without that wording, if only because an account sends little, is the campaign's too."""
_LEAST_LIKENESS: Final = 3.0
"""Outside of the group a member is rarer than inside: the odds must be greater."""
_MOST_CANDIDATES: Final = 50_000
_LEAST_FOCUS: Final = 1


class _Wanted(NamedTuple):
    candidates: Ints
    kinds: Ints
    keys: Ints


def reach(window: Window, scene: Scene, groups: Sequence[Suspects], barred: npt.NDArray[np.bool_]) -> list[Suspects]:
    """Each group with the accounts of the log that belong to it too; `barred`, shape (accounts,), are never added."""
    out = list(groups)
    for place, pool in pools(window, scene, groups, barred).items():
        wide = widen(scene, groups[place], pool, _LEAST_LIKENESS, is_settled=True)
        added = ~np.isin(wide.accounts, groups[place].accounts)
        if added.any():
            out[place] = together(groups[place], part_of(wide, added))
    return out


def pools(
    window: Window, scene: Scene, groups: Sequence[Suspects], barred: npt.NDArray[np.bool_]
) -> dict[int, Suspects]:
    """By place of a group: its accounts with all others of the log that could belong to it; none for most groups."""
    wanted = [_candidates(scene, group, barred) for group in groups]
    asked = [place for place, one in enumerate(wanted) if len(one.candidates)]
    fetched = window.events(
        [
            Group(
                accounts=np.union1d(groups[place].accounts, wanted[place].candidates),
                kinds=wanted[place].kinds,
                keys=wanted[place].keys,
            )
            for place in asked
        ]
    )
    out = {}
    for place, events in zip(asked, fetched, strict=True):
        group = groups[place]
        kept = np.ones(len(events), np.bool_)
        for column in PROGRAM_COLUMNS:
            shown = most_shown(group.events[column])
            if shown.share >= UNIFORM:
                kept &= events[column] == shown.value
        everyone = np.union1d(group.accounts, wanted[place].candidates)
        pool = suspects_of(everyone, select(events, kept), group.origin, scene)
        pool = part_of(pool, pool.focus_counts() >= _LEAST_FOCUS)
        if np.isin(group.accounts, pool.accounts).any():
            out[place] = pool
    return out


def _candidates(scene: Scene, group: Suspects, barred: npt.NDArray[np.bool_]) -> _Wanted:
    is_member = np.zeros(scene.accounts, np.bool_)
    is_member[group.accounts] = True
    able = ~is_member & ~barred
    runs = _runs_its_program(scene, group)
    rows = _usual_rows(scene, group, is_member)
    held = np.bincount(scene.shares.account[rows], minlength=scene.accounts)
    if len(rows) == 0 or (runs & (held > 0)).sum() > _OWN_PROGRAM * max(1, runs.sum()):
        return _Wanted(np.flatnonzero(able & runs)[:_MOST_CANDIDATES], *_NO_KEYS)
    kinds, keys = scene.shares.kind[rows], scene.shares.key[rows]
    distinct = np.unique(keys, return_index=True)[1]
    usual = float(np.median(held[group.accounts]))
    found = np.flatnonzero(able & (held >= max(1.0, _LEAST_SHARE_OF_KEYS * usual)))
    if len(found) > _MOST_CANDIDATES:
        found = np.sort(found[np.argsort(-held[found], kind="stable")[:_MOST_CANDIDATES]])
    return _Wanted(found.astype(np.int64), kinds[distinct], keys[distinct])


_NO_KEYS: Final = (np.zeros(0, np.int64), np.zeros(0, np.int64))


def _usual_rows(scene: Scene, group: Suspects, is_member: npt.NDArray[np.bool_]) -> Ints:
    """Rows of the shared keys that a good part of the members uses."""
    shares = scene.shares
    if len(shares.key) == 0:
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(np.append(True, np.diff(shares.key) != 0))
    users = np.add.reduceat(is_member[shares.account].astype(np.int64), starts)
    usual = users >= _USUAL_SHARE * group.size
    return np.flatnonzero(np.repeat(usual, np.diff(np.append(starts, len(shares.key))))).astype(np.int64)


def _runs_its_program(scene: Scene, group: Suspects) -> npt.NDArray[np.bool_]:
    """Accounts of the group's configuration and client; nobody where the group has not one of each."""
    out = np.ones(scene.accounts, np.bool_)
    for facet in ("params", "client"):
        shown = most_shown(scene.modes[facet][group.accounts])
        if shown.share < UNIFORM or shown.value == 0:
            return np.zeros(scene.accounts, np.bool_)
        out &= scene.modes[facet] == shown.value
    return out
