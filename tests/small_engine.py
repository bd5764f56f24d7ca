"""A small DuckDB for tests, and a window on a store through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from stillwatch.logs.duckdb_engine import DuckDbEngine
from stillwatch.logs.window import Window

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stillwatch.logs.store import Store

MEMORY_BYTES = 1 << 28


class ElsewhereEngine(DuckDbEngine):
    """An engine that writes what it finds, as those on other machines do."""

    def write(self, name: str, folder: Path, parameters: Mapping[str, Any] | None = None) -> list[str]:
        folder.mkdir(parents=True)
        pq.write_table(self.run(name, parameters), folder / "part-0.parquet")
        return [str(folder / "part-0.parquet")]


def small_engine(folder: Path) -> DuckDbEngine:
    """One thread and a quarter of a gigabyte; it spills to `folder`."""
    return DuckDbEngine(spill=folder, memory_bytes=MEMORY_BYTES, threads=1)


def window_on(store: Store, folder: Path, **span: Any) -> Window:
    """A window that works in `folder`."""
    return Window.open(store, small_engine(folder), spill=folder, memory_bytes=MEMORY_BYTES, **span)
