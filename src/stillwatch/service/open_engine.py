"""Make the engine that settings name.

engine = open_engine(settings.engine, spill=folder, memory_bytes=settings.memory_bytes, threads=0)
"""

from __future__ import annotations

import os
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final

from stillwatch.logs.duckdb_engine import DuckDbEngine
from stillwatch.service.open_spark import open_spark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stillwatch.logs.engine import Engine
    from stillwatch.service.settings import EngineChoice

    Progress = Callable[[str, int, int], None]

_STAGE: Final = "tasks of Spark"


def _unseen(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def open_engine(
    choice: EngineChoice, *, spill: Path, memory_bytes: int, threads: int = 0, progress: Progress = _unseen
) -> Engine:
    """An engine with nothing in it. `spill`, `memory_bytes` and `threads` (0 = one for each core) bound DuckDB; Spark
    has settings of its own, and `progress` is told of its tasks.

    Raises:
        SettingsError: Spark is wanted and cannot be had.
    """
    if choice.name == "spark":
        session = open_spark(choice)
        tell = partial(progress, _STAGE)
        made: Engine = import_module("stillwatch.logs.spark_engine").SparkEngine(session, tell)
        return made
    return DuckDbEngine(spill=spill, memory_bytes=memory_bytes, threads=threads or os.cpu_count() or 1)
