"""Divide the accounts of a log that has more of them than one machine should hold at once.

    parts = account_parts(engine, identifiers, accounts, most=10_000_000)

What detection holds grows with the accounts, some two kilobytes each. Beyond a limit the log is looked at in parts,
each a window of its own. A part is made of whole components: accounts that share a template, an address or another of
the `_TIES` are in one part. The strongest kind of tie is joined first, and of each kind the rarest first; a step that
would hold more accounts together than half of a part is left out, as one template or client of everybody would tie all.
So each part has strangers to hold a group against, who came there at random. What was joined is told in `Parts.joined`:
accounts that only something more popular ties, or their rhythm or their work alone, may be in several parts.

On the driver this takes sixteen bytes an account and the ties of one step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numba
import numpy as np

from stillwatch.logs.components import Components
from stillwatch.logs.registry import align
from stillwatch.logs.sketching import KEY_SCHEMA
from stillwatch.logs.window import NO_EXCHANGES, span_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from stillwatch.logs.engine import Engine
    from stillwatch.logs.store import Store
    from stillwatch.logs.window_rows import Ints

_TIES: Final = (
    *("template", "registration", "reasoning", "address", "conversation"),
    *("org", "team", "prefix", "system", "client"),
)
_STEPS: Final = ((2, 16), (17, 64), (65, 256), (257, 1024), (1025, 4096), (4097, 32768))
"""How many accounts may hold what ties them: beyond the last, it is the service's own."""
_TEMPLATE: Final = {"least_accounts": 4, "least_exchanges": 20, "least_uses": 1.5, "least_keys": 3}
_FIRST_KEY: Final = -(2**63)
_KEYS: Final = 2**64
_SEED: Final = 29


class Parts(NamedTuple):
    keys: tuple[Ints, ...]
    """Of the accounts of each part, ascending."""
    joined: Mapping[str, int]
    """By kind of tie, how many accounts may hold it for it to have kept them in one part."""


def span_accounts(engine: Engine, store: Store, since: int | None, until: int | None) -> Ints:
    """Show a store to an engine, and give the keys of the accounts between two moments, shape (n,), ascending."""
    engine.attach("exchanges", store.files("exchanges"), NO_EXCHANGES)
    engine.attach("keys", store.files("keys"), KEY_SCHEMA)
    engine.put("span", span_table(since, until))
    return np.asarray(engine.run("account_key")["account_key"].to_numpy(), np.int64)


def registered(table: pa.Table | None, accounts: Ints, salt: int) -> list[Ints]:
    """What the accounts file says of each account that may tie it to another; each of shape (n,), 0 = nothing."""
    return list(align(table, accounts, salt).keys.values()) if table is not None else []


def account_parts(engine: Engine, identifiers: list[Ints], accounts: Ints, most: int) -> Parts:
    """Divide `accounts` (keys, shape (n,), ascending) into parts of at most `most`.

    The engine has been shown the store (`span_accounts`); `identifiers` are of the accounts file (`registered`).
    """
    engine.define("tie_use")
    engine.define("tie_set", _TEMPLATE)
    engine.define("account_tie")
    together, joined = Components(len(accounts)), dict[str, int]()
    slices = -(-len(accounts) // most)
    for tie in _TIES:
        for least, holders in _STEPS:
            wider = together.copy()
            if tie == "registration":
                for identifier in identifiers:
                    wider.join(*_same(identifier, least, holders))
            else:
                bounds = {"tie": tie, "least": least, "most": holders}
                for left, right in _tied(engine, accounts, bounds, slices):
                    wider.join(left, right)
            if wider.largest() > most // 2:
                break
            together, joined[tie] = wider, holders
    for table in ("account_tie", "tie_set", "tie_use"):
        engine.drop(table)
    return Parts(tuple(accounts[part] for part in _filled(together.labels(), most)), joined)


def _tied(engine: Engine, accounts: Ints, bounds: Mapping[str, Any], slices: int) -> Iterator[tuple[Ints, Ints]]:
    """The ties of one step, as places in `accounts`; a slice of the keys, which are spread evenly, at a time."""
    for number in range(slices):
        low, high = (_FIRST_KEY + _KEYS * place // slices for place in (number, number + 1))
        rows = engine.run("account_tied", {**bounds, "low": low, "high": high - 1})
        left, right = (
            _places(accounts, np.asarray(rows[name].to_numpy(), np.int64)) for name in ("account_key", "first_key")
        )
        is_known = (left >= 0) & (right >= 0)
        yield left[is_known], right[is_known]


def _places(accounts: Ints, keys: Ints) -> Ints:
    """Where each key stands; -1 for an account outside of the span."""
    place = np.minimum(np.searchsorted(accounts, keys), len(accounts) - 1)
    return np.where(accounts[place] == keys, place, -1)


def _same(identifier: Ints, least: int, most: int) -> tuple[Ints, Ints]:
    """Accounts with the same identifier where between `least` and `most` have it, each beside the first of them."""
    holders = np.flatnonzero(identifier)
    order = holders[np.argsort(identifier[holders], kind="stable")]
    if len(order) == 0:
        return order, order
    first = np.flatnonzero(np.append(True, np.diff(identifier[order]) != 0))
    count = np.diff(np.append(first, len(order)))
    firsts, counts = np.repeat(order[first], count), np.repeat(count, count)
    is_tied = (counts >= least) & (counts <= most)
    return order[is_tied], firsts[is_tied]


def _filled(labels: Ints, most: int) -> list[Ints]:
    """Accounts by part, ascending: the largest component first, each into the emptiest part, equal ones at random."""
    tops, component, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    shuffled = np.random.default_rng(_SEED).permutation(len(tops))
    order = shuffled[np.argsort(-sizes[shuffled], kind="stable")]
    parts = -(-len(labels) // most)
    part_of, fullest = _dealt(sizes[order], parts)
    while fullest > most:  # no component is more than half of a part, so this ends
        parts += 1
        part_of, fullest = _dealt(sizes[order], parts)
    of_component = np.empty(len(tops), np.int64)
    of_component[order] = part_of
    return [np.flatnonzero(of_component[component] == part) for part in range(parts)]


@numba.njit(cache=True)
def _dealt(sizes: Any, parts: int) -> Any:
    """The part of each component, and how many accounts the fullest part has."""
    held = np.zeros(parts, np.int64)
    out = np.empty(sizes.shape[0], np.int64)
    for place in range(sizes.shape[0]):
        emptiest = np.argmin(held)
        out[place] = emptiest
        held[emptiest] += sizes[place]
    return out, held.max()
