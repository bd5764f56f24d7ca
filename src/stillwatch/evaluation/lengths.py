"""How many tokens a reply has: the same tables for every label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow.parquet as pq
from scipy.special import ndtri

from stillwatch.core.errors import InputError
from stillwatch.evaluation.keys import Floats, Ints, Keys, uniform

if TYPE_CHECKING:
    from pathlib import Path


class _Shape(NamedTuple):
    median: float
    sigma: float
    cap: int


_SHAPES: Final = {
    "prose": _Shape(310.0, 0.75, 4096),
    "long": _Shape(850.0, 0.55, 8192),
    "short": _Shape(28.0, 0.8, 512),
    "code": _Shape(240.0, 0.9, 8192),
    "score": _Shape(10.0, 0.6, 64),
}


class Lengths:
    """Named length tables: the built-in ones, and those of real clients as `servegen:CLIENT`."""

    def __init__(self, path: Path | None) -> None:
        self._clients = {} if path is None else _read_clients(path)

    def draw(self, name: str, keys: Keys) -> Ints:
        """Output tokens a key."""
        chance = uniform(keys)
        if shape := _SHAPES.get(name):
            drawn = shape.median * np.exp(shape.sigma * ndtri(np.clip(chance, 1e-9, 1 - 1e-9)))
            return np.asarray(np.clip(drawn, 1, shape.cap), np.int64)
        table = self._clients.get(name.partition(":")[2])
        if not name.startswith("servegen:") or table is None:
            known = ", ".join([*_SHAPES, *(f"servegen:{client}" for client in list(self._clients)[:3])])
            raise InputError(f"unknown length table {name!r}", mend=f"one of {known}; servegen needs lengths_file")
        tokens, reached = table
        drawn = tokens[np.minimum(np.searchsorted(reached, chance), len(tokens) - 1)]
        return np.asarray(np.maximum(drawn, 1), np.int64)


def _read_clients(path: Path) -> dict[str, tuple[Ints, Floats]]:
    table = pq.read_table(path, filters=[("field", "=", "output_tokens")]).sort_by(
        [("client", "ascending"), ("tokens", "ascending")]
    )
    client, tokens = table["client"].to_numpy(), table["tokens"].to_numpy()
    chance = table["probability"].to_numpy()
    found: dict[str, tuple[Ints, Floats]] = {}
    for one in np.unique(client):
        rows = client == one
        found[str(one)] = (tokens[rows], np.cumsum(chance[rows]) / chance[rows].sum())
    return found
