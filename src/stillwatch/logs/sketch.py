"""What a sketch is: the interface that every file of `logs/sketches` fills in.

A sketch turns columns of canonical exchanges into a few integer columns, once, at ingest. After that no scan reads
text. All hashes are 64-bit, salted by the store, and made by our own code (`logs.hashing`), so that every engine sees
the same key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

Columns = dict[str, pa.Array]
"""Arrays of equal length by column name."""


class Keys(NamedTuple):
    """Keys that several accounts may share, one row per (exchange, key): a long table, since a prompt has many.

    Shapes: all three are 1-D of equal length; `row` points into the batch.
    """

    kind: npt.NDArray[np.int8]
    row: npt.NDArray[np.int32]
    key: npt.NDArray[np.int64]


class Sketched(NamedTuple):
    columns: Columns
    keys: Keys | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SketchCase:
    """Two exchanges and whether the sketch must give them the same value in `column` (or share a key, column = '')."""

    name: str
    left: dict[str, Any]
    right: dict[str, Any]
    column: str
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    name: str
    """Equals the file name."""
    reads: tuple[str, ...]
    """The fields of an exchange that it looks at; what no sketch reads is not looked for in the log."""
    columns: tuple[str, ...]
    """The integer columns it makes; stored as int64."""
    compute: Callable[[pa.RecordBatch, int], Sketched]
    """From a canonical batch and the store's salt to the columns."""
    cases: tuple[SketchCase, ...]
