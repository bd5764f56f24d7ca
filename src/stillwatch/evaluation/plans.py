"""Plans on disk: written block by block as they are made, read back in slices of time.

Memory holds one block and one slice, however long the log; the disk holds some 75 bytes an exchange meanwhile.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.evaluation.rows import ROW_TYPE, Rows, concat_rows, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.evaluation.keys import Floats, Ints


class Slice(NamedTuple):
    first: int
    """Number of its first row in the whole log."""
    rows: Rows


class _Held(NamedTuple):
    path: Path
    population: int
    accounts: Ints
    """With traffic, ascending."""
    first_s: Floats
    """First request of each."""


class Plans:
    def __init__(self, folder: Path, *, days: float) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._blocks: list[_Held] = []
        self._turns = np.zeros(int(days * 86_400) + 1, np.int64)
        self.exchanges = 0

    def add(self, number: int, rows: Rows) -> None:
        """Keep a block of the population of that number."""
        ordered = rows.take(np.argsort(rows.at_s, kind="stable"))
        path = self._folder / f"{len(self._blocks):05}.rows"
        pack(ordered).tofile(path)
        accounts, first = np.unique(ordered.account, return_index=True)
        self._blocks.append(_Held(path, number, accounts.astype(np.int64), ordered.at_s[first]))
        self.exchanges += len(rows)
        seconds = ordered.at_s.astype(np.int64)
        self._turns += np.bincount(seconds, ordered.turn, minlength=len(self._turns)).astype(np.int64)

    def first_seconds(self, accounts: int) -> Floats:
        """First request of each account, infinity where it has none."""
        found = np.full(accounts, np.inf)
        for block in self._blocks:
            np.minimum.at(found, block.accounts, block.first_s)
        return found

    def accounts_of(self, populations: set[int]) -> int:
        """Accounts with traffic of one of those populations."""
        held = [block.accounts for block in self._blocks if block.population in populations]
        return len(np.unique(np.concatenate(held))) if held else 0

    def slices(self, turns: int) -> Iterator[Slice]:
        """All rows in order of time, about so many turns of conversation at a time, in whole seconds."""
        reached = np.cumsum(self._turns)
        if self.exchanges == 0:
            return
        cuts = np.searchsorted(reached, np.arange(turns, int(reached[-1]), turns)) + 1
        edges = np.unique(np.r_[0, cuts, len(self._turns)])
        bounds = [np.searchsorted(np.fromfile(block.path, ROW_TYPE)["at_s"], edges) for block in self._blocks]
        first = 0
        for number, _ in enumerate(pairwise(edges)):
            rows = concat_rows(
                [
                    _read(block.path, *place[number : number + 2])
                    for block, place in zip(self._blocks, bounds, strict=True)
                ]
            )
            if len(rows):
                yield Slice(first, rows.take(np.argsort(rows.at_s, kind="stable")))
                first += len(rows)


_BYTES: Final = ROW_TYPE.itemsize


def _read(path: Path, begin: int, end: int) -> Rows:
    return unpack(np.fromfile(path, ROW_TYPE, count=int(end - begin), offset=int(begin) * _BYTES))
