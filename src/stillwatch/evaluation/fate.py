"""What goes wrong: bans and the accounts that come after, rate limits, outages, and who carries on.

Honest fail-over and a pool's hand-over are one code path: they differ in the statuses they react to and in who goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.evaluation.arrivals import DAY_S
from stillwatch.evaluation.keys import mix
from stillwatch.evaluation.rows import Rows, concat_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from stillwatch.evaluation.keys import Floats, Ints
    from stillwatch.evaluation.scenario import Fate, Incident

_REFUSALS: Final = 3
_REFUSAL_WINDOW_S: Final = 1800.0
_RETRY_SHARE: Final = 0.85
_PROBED_SHARE: Final = 0.85
_PROBED_AFTER_S: Final = (90.0, 2400.0)
_PROBE_PAUSE_S: Final = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """Which account stands in a population's slot at what time."""

    account: Ints
    banned_s: Floats
    """Infinity = never."""
    resumed_s: Floats
    """When the successor begins; infinity = there is none."""
    successor: Ints
    """-1 = none."""

    def take(self, slots: Ints) -> Tenure:
        return Tenure(
            account=self.account[slots],
            banned_s=self.banned_s[slots],
            resumed_s=self.resumed_s[slots],
            successor=self.successor[slots],
        )

    def holder(self, slot: Ints, at_s: Floats) -> NDArray[np.int32]:
        later = (at_s >= self.resumed_s[slot]) & (self.successor[slot] >= 0)
        return np.where(later, self.successor[slot], self.account[slot]).astype(np.int32)

    def is_barred(self, slot: Ints, at_s: Floats) -> NDArray[np.bool_]:
        return (at_s >= self.banned_s[slot]) & (at_s < self.resumed_s[slot])


def concat_tenures(parts: Sequence[Tenure]) -> Tenure:
    return Tenure(**{one.name: np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Tenure)})


def draw_tenure(
    fate: Fate,
    account: Ints,
    window: tuple[Floats, Floats],
    open_accounts: Callable[[int], Ints],
    rng: np.random.Generator,
) -> Tenure:
    """Decide which accounts are banned, when, and who replaces them."""
    slots = len(account)
    whole = int(fate.banned_share * slots)
    count = whole + int(rng.random() < fate.banned_share * slots - whole)
    banned = rng.choice(slots, count, replace=False)
    banned_s, resumed_s = np.full(slots, np.inf), np.full(slots, np.inf)
    successor = np.full(slots, -1)
    begin, end = window
    if fate.ban_at_once_day >= 0:
        banned_s[banned] = fate.ban_at_once_day * DAY_S + rng.exponential(300.0, count)
    else:
        banned_s[banned] = begin[banned] + (0.2 + 0.7 * rng.random(count)) * (end - begin)[banned]
    if fate.replaced_after_h[1] > 0:
        low, high = fate.replaced_after_h
        resumed_s[banned] = banned_s[banned] + 3600 * (low + (high - low) * rng.random(count))
        successor[banned] = open_accounts(count)
    return Tenure(account=account, banned_s=banned_s, resumed_s=resumed_s, successor=successor)


def refuse_barred(rows: Rows, slot: Ints, tenure: Tenure) -> tuple[Rows, Ints]:
    """Turn the first requests after a ban into 403 and drop the rest until the successor begins."""
    barred = tenure.is_barred(slot, rows.at_s)
    soon = barred & (rows.at_s < tenure.banned_s[slot] + _REFUSAL_WINDOW_S)
    by_time = np.flatnonzero(soon)[np.lexsort((rows.at_s[soon], slot[soon]))]
    first = np.r_[True, slot[by_time][1:] != slot[by_time][:-1]] if len(by_time) else np.zeros(0, np.bool_)
    begin = np.flatnonzero(first)
    rank = np.arange(len(by_time)) - np.repeat(begin, np.diff(np.r_[begin, len(by_time)]))
    refused = np.zeros(len(rows), np.bool_)
    refused[by_time[rank < _REFUSALS]] = True
    status = np.where(refused, 403, rows.status).astype(np.int16)
    kept = np.flatnonzero(~barred | refused)
    return replace(rows, status=status).take(kept), slot[kept]


def meet_errors(rows: Rows, fate: Fate, incidents: Sequence[Incident], rng: np.random.Generator) -> Rows:
    """Give every request its status: 429, 500, 503 or success."""
    failed = np.full(len(rows), fate.failed_share)
    for incident in incidents:
        begin = incident.start_day * DAY_S
        hit = (rows.at_s >= begin) & (rows.at_s < begin + incident.hours * 3600)
        failed[hit] = np.maximum(failed[hit], incident.failed_share)
    chance = rng.random(len(rows))
    server = np.where(rng.random(len(rows)) < 0.5, 500, 503)
    limited = failed + fate.limited_share
    status = np.where(chance < limited + fate.declined_share, 400, rows.status)
    status = np.where(chance < failed, server, np.where(chance < limited, 429, status))
    return replace(rows, status=np.where(rows.status == 200, status, rows.status).astype(np.int16))


def retried_share(fate: Fate) -> float:
    """Share of the requests that are expected to be made again, outages aside."""
    return (fate.limited_share + fate.failed_share) * _RETRY_SHARE


def carry_on(rows: Rows, slot: Ints, tenure: Tenure, fate: Fate, rng: np.random.Generator) -> tuple[Rows, Ints]:
    """Repeat failed requests soon after; with `retry = "pool"` the conversation moves to another account for good."""
    wanted = np.isin(rows.status, fate.retry_on) & (rng.random(len(rows)) < _RETRY_SHARE)
    retried = np.flatnonzero(wanted & ((rows.status != 403) | (fate.retry == "pool")))
    if len(retried) == 0:
        return rows, slot
    again = rows.take(retried)
    at_s = again.at_s + 1.5 + rng.exponential(6.0, len(again))
    new_slot = slot[retried].copy()
    if fate.retry == "pool" and len(tenure.account) > 1:
        moved = (new_slot + rng.integers(1, len(tenure.account), len(again))) % len(tenure.account)
        free = ~tenure.is_barred(moved, at_s) & (tenure.banned_s[moved] > at_s)
        new_slot = np.where(free, moved, new_slot)
    again = replace(again, at_s=at_s, status=np.full(len(again), 200, np.int16), account=tenure.holder(new_slot, at_s))
    if fate.retry == "pool":
        rows, slot = _move_later_turns(rows, slot, retried, new_slot, tenure)
    return concat_rows([rows, again]), np.concatenate([slot, new_slot])


def ask_probes(  # noqa: PLR0913, PLR0917  # as `carry_on`, and what is asked
    rows: Rows, slot: Ints, tenure: Tenure, recipe: Ints, item: Ints, rng: np.random.Generator
) -> tuple[Rows, Ints]:
    """Ask fixed questions (recipes and items, each (k,)) soon after most refusals, on an account that still works."""
    refused = np.flatnonzero(np.isin(rows.status, (403, 429)) & (rng.random(len(rows)) < _PROBED_SHARE))
    low, high = _PROBED_AFTER_S
    after = rows.at_s[refused] + low + (high - low) * rng.random(len(refused))
    moved = (slot[refused] + rng.integers(1, max(2, len(tenure.account)), len(refused))) % len(tenure.account)
    asking = np.where(tenure.banned_s[slot[refused]] <= after, moved, slot[refused])
    able = np.flatnonzero(~tenure.is_barred(asking, after))
    place, number = np.repeat(able, len(item)), np.tile(np.arange(len(item)), len(able))
    probes = rows.take(refused[place])
    at_s = after[place] + number * _PROBE_PAUSE_S
    none = np.zeros(len(place), np.int32)
    probes = replace(
        probes, at_s=at_s, account=tenure.holder(asking[place], at_s), recipe=recipe[number].astype(np.int16),
        item=item[number], conversation=mix(probes.conversation, probes.turn, 31, number),
        turn=np.ones(len(place), np.int16), wrapper=none, system=none,
        status=np.full(len(place), 200, np.int16), is_cover=np.zeros(len(place), np.bool_),
    )  # fmt: skip
    return concat_rows([rows, probes]), np.concatenate([slot, asking[place]])


def _move_later_turns(rows: Rows, slot: Ints, failed: Ints, new_slot: Ints, tenure: Tenure) -> tuple[Rows, Ints]:
    key, first = np.unique(rows.conversation[failed], return_index=True)
    place = np.minimum(np.searchsorted(key, rows.conversation), len(key) - 1)
    later = (key[place] == rows.conversation) & (rows.turn > rows.turn[failed][first][place])
    moved = np.where(later, new_slot[first][place], slot)
    account = np.where(later, tenure.holder(moved, rows.at_s), rows.account).astype(np.int32)
    return replace(rows, account=account), moved
