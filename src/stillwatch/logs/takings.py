"""Takings: which exchanges carry which item of a public prompt set.

An item is recognised by its exact key, or inside a longer prompt by the keys that the prompt sketch leaves of both. The
sketch keeps the eight smallest of a prompt's runs of words (a bottom-k sample, Broder 1997), so of an item that stands
in the prompt every run at or below the largest kept one must be there: the share of them that is there tells the item
from a prompt that has a phrase in common with it. Cost: one row a shared key, then one a recognised exchange.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.core.key_kind import KeyKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.logs.corpora import Fingerprint
    from stillwatch.logs.engine import Engine

Ints = npt.NDArray[np.int64]

_LEAST_HITS: Final = 2  # one run of four words in common is chance
_LEAST_SHARE: Final = 0.75  # of the item's runs that the prompt's sample must hold; the ends of a window lose a few
_SAMPLE: Final = 8  # runs that the prompt sketch keeps


class Takings(NamedTuple):
    """One row an exchange and item that it carries, shape (m,), and the sets that `corpus` numbers."""

    corpus: Ints
    item: Ints
    account: Ints
    exchange: Ints
    names: tuple[str, ...] = ()
    items: tuple[int, ...] = ()


def no_takings() -> Takings:
    """Takings of a log that was held against no set."""
    none = np.zeros(0, np.int64)
    return Takings(none, none, none, none)


def read_takings(engine: Engine, sets: Sequence[Fingerprint]) -> Takings:
    """Recognise the items of each set among the exchanges of the window."""
    if not sets:
        return no_takings()
    engine.put("corpus_key", _key_table(sets))
    engine.put("corpus_exact", _exact_table(sets))
    engine.define("corpus_candidate", {"least_hits": _LEAST_HITS, "run_kind": int(KeyKind.SHINGLE)})
    engine.define("corpus_reach", {"run_kind": int(KeyKind.SHINGLE), "sample": _SAMPLE})
    table = engine.run("corpus_taking", {"least_share": _LEAST_SHARE, "run_kind": int(KeyKind.SHINGLE)})
    corpus, item, account, exchange = (np.asarray(table[name].to_numpy(), np.int64) for name in _COLUMNS)
    return Takings(
        corpus,
        item,
        account,
        exchange,
        names=tuple(one.set.name for one in sets),
        items=tuple(one.set.items for one in sets),
    )


_COLUMNS: Final = ("corpus_no", "item_no", "account_no", "exchange_no")


def _key_table(sets: Sequence[Fingerprint]) -> pa.Table:
    rows = [(np.full(len(one.key), number), one.key_item, one.kind, one.key) for number, one in enumerate(sets)]
    corpus, item, kind, key = (np.concatenate([row[place] for row in rows]) for place in range(4))
    columns = {"corpus_no": corpus, "item_no": item, "kind": kind, "share_key": key}
    return pa.table({name: np.asarray(values, np.int64) for name, values in columns.items()})


def _exact_table(sets: Sequence[Fingerprint]) -> pa.Table:
    corpus = np.concatenate([np.full(len(one.exact), number) for number, one in enumerate(sets)])
    item = np.concatenate([np.arange(len(one.exact)) for one in sets])
    exact = np.concatenate([one.exact for one in sets])
    known = exact != 0
    columns = {"corpus_no": corpus[known], "item_no": item[known], "exact_key": exact[known]}
    return pa.table({name: np.asarray(values, np.int64) for name, values in columns.items()})
