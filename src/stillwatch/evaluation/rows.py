"""Planned exchanges as columns: everything about them but their text, some 70 bytes each.

Text is a function of `recipe`, `item`, `conversation` and `turn`, and is rendered only when a slice of time is written.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stillwatch.evaluation.keys import Floats, Ints, Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    at_s: Floats
    """Seconds after the start of the log."""
    account: NDArray[np.int32]
    population: NDArray[np.int16]
    operator: Keys
    recipe: NDArray[np.int16]
    """Source and stage of the text."""
    item: Ints
    conversation: Keys
    turn: NDArray[np.int16]
    wrapper: NDArray[np.int32]
    system: NDArray[np.int32]
    status: NDArray[np.int16]
    client: NDArray[np.int16]
    params: NDArray[np.int16]
    model: NDArray[np.int8]
    address: NDArray[np.uint32]
    end_user: NDArray[np.int32]
    """Number of the end user, -1 = none sent."""
    is_cover: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.at_s)

    def take(self, rows: NDArray[np.generic] | slice) -> Rows:
        return Rows(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


ROW_TYPE: Final = np.dtype(
    [
        *(("at_s", np.float64), ("account", np.int32), ("population", np.int16), ("operator", np.uint64)),
        *(("recipe", np.int16), ("item", np.int64), ("conversation", np.uint64), ("turn", np.int16)),
        *(("wrapper", np.int32), ("system", np.int32), ("status", np.int16), ("client", np.int16)),
        *(("params", np.int16), ("model", np.int8), ("address", np.uint32), ("end_user", np.int32)),
        ("is_cover", np.bool_),
    ]
)
"""A row on disk."""


def pack(rows: Rows) -> NDArray[np.void]:
    """Columns as records, to be written."""
    packed = np.empty(len(rows), ROW_TYPE)
    for one in fields(Rows):
        packed[one.name] = getattr(rows, one.name)
    return packed


def unpack(packed: NDArray[np.void]) -> Rows:
    return Rows(**{one.name: np.ascontiguousarray(packed[one.name]) for one in fields(Rows)})


def concat_rows(parts: Sequence[Rows]) -> Rows:
    return Rows(**{one.name: np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Rows)})
