"""Who does work beside this process, as settings name it.

spread = open_spread(settings.engine, workers=0)
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Final

from stillwatch.logs.process_spread import ProcessSpread
from stillwatch.logs.spread import OrHere
from stillwatch.service.open_spark import open_spark

if TYPE_CHECKING:
    from stillwatch.service.settings import EngineChoice

_WAVE: Final = 64  # progress is told when a wave is done, and four are at work


def open_spread(choice: EngineChoice, workers: int) -> OrHere | None:
    """The executors of Spark, or so many processes of this machine (0 = one for each core), and this process where they
    fail; None where it is alone.

    Raises:
        SettingsError: Spark is wanted and cannot be had.
    """
    if choice.name == "spark":
        return OrHere(import_module("stillwatch.logs.spark_spread").SparkSpread(open_spark(choice), _WAVE))
    workers = workers or os.cpu_count() or 1
    return OrHere(ProcessSpread(workers)) if workers > 1 else None
