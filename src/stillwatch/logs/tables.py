"""Write small tables as Parquet."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_TYPES: Final = {"text": pa.string(), "float": pa.float64(), "int": pa.int64()}


def write_table(path: Path, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    """Write rows with the given columns (name → text, float or int); the file is complete or not there."""
    table = pa.table({name: pa.array([row[name] for row in rows], _TYPES[kind]) for name, kind in columns.items()})
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    pq.write_table(table, temporary, compression="zstd")
    temporary.replace(path)
