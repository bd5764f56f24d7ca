"""A baseline: one common way of finding abuse, written by us to stand beside the detector on the same logs.

A baseline sees what a detector may see, in stillwatch's own columns, and gives groups of accounts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.core.shelf import walk_shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from stillwatch.evaluation.keys import Ints

LEAST_GROUP = 4
"""A group of fewer accounts is not reported, as by the detector."""


class Sight(NamedTuple):
    """A log as a baseline sees it."""

    exchanges: pa.Table
    """In stillwatch's own columns, in order of time."""
    accounts: pa.Table
    """Rows of the accounts file, one for each of `names`, null where nothing is known."""
    names: tuple[str, ...]
    account: Ints
    """For each exchange, the place of its account in `names`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    name: str
    title: str
    """What it is, in a few words."""
    find: Callable[[Sight], list[frozenset[int]]]
    """Groups of account places."""


def baselines() -> tuple[Baseline, ...]:
    """Every baseline of the shelf."""
    return walk_shelf("stillwatch.evaluation.baselines", "BASELINE", Baseline)


def read_sight(log: Path, accounts_path: Path, until: int | None = None) -> Sight:
    """Read a log composed in the format `exchange`, up to a moment."""
    columns = [
        "account_id",
        "started_at",
        "client_address",
        "user_agent",
        "prompt_text",
        "params",
        "output_tokens",
        "turn",
    ]
    exchanges = pq.read_table(log, columns=columns)
    if until is not None:
        exchanges = exchanges.filter(pc.less(exchanges["started_at"], until))
    coded = pc.dictionary_encode(exchanges["account_id"].combine_chunks())
    names = coded.dictionary.to_pylist()
    known = pa_csv.read_csv(accounts_path, convert_options=pa_csv.ConvertOptions(strings_can_be_null=True))
    place = pc.index_in(pa.array(names), known["account_id"].combine_chunks().cast(pa.string()))
    return Sight(exchanges, known.take(place), tuple(names), coded.indices.to_numpy().astype(np.int64))


def run_baseline(baseline: Baseline, sight: Sight) -> dict[str, Any]:
    """Its groups as a document of `stillwatch.campaigns/1`."""
    return document_of([[sight.names[place] for place in group] for group in baseline.find(sight)], prefix="b-")


def document_of(groups: Iterable[Iterable[str]], *, prefix: str) -> dict[str, Any]:
    """Groups of account names as a document of `stillwatch.campaigns/1`; each id is `prefix` and the group's digest."""
    return {
        "schema": "stillwatch.campaigns/1",
        "run": {},
        "campaigns": [
            {
                "id": prefix + hashlib.sha256("\n".join(group).encode()).hexdigest()[:12],
                "verdict": "campaign",
                "members": [{"account_id": name, "standing": "operator"} for name in group],
            }
            for group in map(sorted, groups)
        ],
    }


def components(pairs: Ints, accounts: int) -> list[frozenset[int]]:
    """Connected groups of at least `LEAST_GROUP` accounts; `pairs` has shape (m, 2)."""
    if len(pairs) == 0:
        return []
    graph = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(accounts, accounts))
    _, label = connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    cuts = np.flatnonzero(np.diff(label[order])) + 1
    return [frozenset(part.tolist()) for part in np.split(order, cuts) if len(part) >= LEAST_GROUP]


def chained(key: Ints, account: Ints, most: int) -> Ints:
    """Pairs that hold together the accounts of each key that at least two and at most `most` accounts have."""
    both = np.unique(np.stack([key, account], axis=1), axis=0)
    _, place, count = np.unique(both[:, 0], return_inverse=True, return_counts=True)
    kept = both[(count[place] >= 2) & (count[place] <= most)]
    same = kept[1:, 0] == kept[:-1, 0]
    return np.stack([kept[:-1, 1][same], kept[1:, 1][same]], axis=1)


def codes(column: Any) -> Ints:
    """Small numbers for the values of a column, -1 where it is null."""
    values = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return np.asarray(pc.fill_null(pc.dictionary_encode(values).indices, -1).to_numpy(zero_copy_only=False), np.int64)
