"""Make the engine that settings name.

engine = open_engine(settings.engine, spill=folder, memory_bytes=settings.memory_bytes, threads=0)
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from stillwatch.logs.duckdb_engine import DuckDbEngine
from stillwatch.service.open_spark import open_spark

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.engine import Engine
    from stillwatch.service.settings import EngineChoice


def open_engine(choice: EngineChoice, *, spill: Path, memory_bytes: int, threads: int = 0) -> Engine:
    """An engine with nothing in it. `spill`, `memory_bytes` and `threads` (0 = one for each core) bound DuckDB; Spark
    has settings of its own.

    Raises:
        SettingsError: Spark is wanted and cannot be had.
    """
    if choice.name == "spark":
        session = open_spark(choice)
        made: Engine = import_module("stillwatch.logs.spark_engine").SparkEngine(session)
        return made
    return DuckDbEngine(spill=spill, memory_bytes=memory_bytes, threads=threads or os.cpu_count() or 1)
