"""A small DuckDB for tests, and a window on a store through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.logs.duckdb_engine import DuckDbEngine
from stillwatch.logs.window import Window

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.store import Store

MEMORY_BYTES = 1 << 28


def small_engine(folder: Path) -> DuckDbEngine:
    """One thread and a quarter of a gigabyte; it spills to `folder`."""
    return DuckDbEngine(spill=folder, memory_bytes=MEMORY_BYTES, threads=1)


def window_on(store: Store, folder: Path, **span: Any) -> Window:
    """A window that works in `folder`."""
    return Window.open(store, small_engine(folder), spill=folder, memory_bytes=MEMORY_BYTES, **span)
