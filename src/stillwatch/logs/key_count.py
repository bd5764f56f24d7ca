"""Count which account uses which key how often: what key_use.sql gives, in a tenth of its time.

A grouping over three columns and hundreds of millions of rows is the costliest step of a scan in any engine. Keys and
accounts become small numbers instead, a pair of them one integer, and sorted integers are counted. Only for a window
that holds the whole store: one that leaves exchanges out has to look at each, and asks the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from stillwatch.core.key_kind import KeyKind

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = npt.NDArray[np.int64]

_ACCOUNT_BITS: Final = 30
_ACCOUNT_MASK: Final = (1 << _ACCOUNT_BITS) - 1
_MOST_WAITING: Final = 1 << 24  # pairs that wait to be merged: bounds memory, not the result
_LAST_TIE: Final = int(KeyKind.REASONING_IN) - 1


class KeyUses(NamedTuple):
    """How often each account uses each key, in no promised order; all of shape (m,)."""

    kind: Ints
    key: Ints
    account: Ints
    exchanges: Ints


class _Index:
    """Numbers 64-bit values in the order in which they come: open addressing, at most half full."""

    def __init__(self) -> None:
        self.values = np.zeros(0, np.int64)
        self.kinds = np.zeros(0, np.int64)
        self.count = 0
        self._slots = np.full(1 << 10, -1, np.int64)

    def number(self, kind: Ints, value: Ints) -> Ints:
        """The number of each (kind, value), shape (m,); new ones get the next."""
        self._make_room(len(value))
        out = np.empty(len(value), np.int64)
        self.count = int(_number(kind, value, (self._slots, self.kinds, self.values), self.count, out))
        return out

    def _make_room(self, more: int) -> None:
        wanted = self.count + more
        if wanted > len(self.values):
            grown = np.zeros(2 * wanted, np.int64)
            kinds = grown.copy()
            grown[: self.count], kinds[: self.count] = self.values[: self.count], self.kinds[: self.count]
            self.values, self.kinds = grown, kinds
        if 2 * wanted > len(self._slots):
            self._slots = np.full(1 << int(np.ceil(np.log2(2 * wanted))), -1, np.int64)
            _place(self.kinds[: self.count], self.values[: self.count], self._slots)


def shared_uses(  # noqa: PLR0913  # the bounds of account_share.sql
    paths: Sequence[str],
    account_keys: Ints,
    *,
    least_accounts: int,
    most_accounts: int,
    least_exchanges: int,
    least_uses: float,
) -> KeyUses:
    """Uses of the keys within the bounds; `account_keys`, shape (n,), ascending, are the accounts that count."""
    keys, accounts = _Index(), _Index()
    accounts.number(np.zeros(len(account_keys), np.int64), account_keys)
    merged = _Counted(np.zeros(0, np.int64), np.zeros(0, np.int64))
    waiting: list[_Counted] = []
    for path in paths:
        table = pq.read_table(path, columns=["kind", "share_key", "account_key"])
        kind, key, owner = (column.combine_chunks().to_numpy() for column in table.columns)
        account = accounts.number(np.zeros(len(owner), np.int64), owner)
        counts = (kind <= _LAST_TIE) & (account < len(account_keys))
        pairs = (keys.number(kind[counts].astype(np.int64), key[counts]) << _ACCOUNT_BITS) | account[counts]
        waiting.append(_counted(pairs))
        if sum(len(one.pair) for one in waiting) > _MOST_WAITING:
            merged, waiting = _merged([merged, *waiting]), []
    merged = _merged([merged, *waiting])
    number = merged.pair >> _ACCOUNT_BITS
    users = np.bincount(number, minlength=keys.count)
    uses = np.bincount(number, weights=merged.exchanges, minlength=keys.count)
    is_shared = (uses >= least_exchanges) & (users >= least_accounts) & (users <= most_accounts)
    kept = (is_shared & (uses >= least_uses * users))[number]
    number = number[kept]
    return KeyUses(keys.kinds[number], keys.values[number], merged.pair[kept] & _ACCOUNT_MASK, merged.exchanges[kept])


class _Counted(NamedTuple):
    pair: Ints
    """Key number above, account number below; ascending, distinct."""
    exchanges: Ints


def _counted(pairs: Ints) -> _Counted:
    ordered = np.sort(pairs)
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(ordered) else np.zeros(0, np.int64)
    return _Counted(ordered[first], np.diff(np.append(first, len(ordered))).astype(np.int64))


def _merged(parts: Sequence[_Counted]) -> _Counted:
    pair, exchanges = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(pair, kind="stable")
    pair, exchanges = pair[order], exchanges[order]
    if len(pair) == 0:
        return _Counted(pair, exchanges)
    first = np.flatnonzero(np.append(True, pair[1:] != pair[:-1]))
    return _Counted(pair[first], np.add.reduceat(exchanges, first))


@numba.njit(cache=True)
def _start(kind: Any, value: Any, mask: Any) -> Any:
    mixed = (np.uint64(value) ^ (np.uint64(kind) * np.uint64(0x9E3779B97F4A7C15))) * np.uint64(0xD6E8FEB86659FD93)
    return (mixed >> np.uint64(20)) & mask


@numba.njit(cache=True)
def _number(kind: Any, value: Any, index: Any, count: Any, out: Any) -> Any:
    slots, kinds, values = index
    mask = np.uint64(slots.shape[0] - 1)
    for row in range(value.shape[0]):
        place = _start(kind[row], value[row], mask)
        while slots[place] >= 0 and (values[slots[place]] != value[row] or kinds[slots[place]] != kind[row]):
            place = (place + np.uint64(1)) & mask
        if slots[place] < 0:
            slots[place] = count
            kinds[count], values[count] = kind[row], value[row]
            count += 1
        out[row] = slots[place]
    return count


@numba.njit(cache=True)
def _place(kinds: Any, values: Any, slots: Any) -> None:
    mask = np.uint64(slots.shape[0] - 1)
    for number in range(values.shape[0]):
        place = _start(kinds[number], values[number], mask)
        while slots[place] >= 0:
            place = (place + np.uint64(1)) & mask
        slots[place] = number
