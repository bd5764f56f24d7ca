"""What reads logs into a store, on the engine that settings name.

open_ingest(settings.engine)(store, paths, reading, progress)
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from stillwatch.logs.ingest import ingest
from stillwatch.logs.spread_ingest import ingest_spread
from stillwatch.service.open_spark import open_spark

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stillwatch.logs.ingest import Progress, Sealing
    from stillwatch.logs.reading import Reading
    from stillwatch.logs.store import Store, StoredInput
    from stillwatch.service.settings import EngineChoice


class Ingest(Protocol):
    """Brings every file into the store; gives what the store now knows of each."""

    def __call__(
        self,
        store: Store,
        paths: Sequence[Path],
        reading: Reading,
        progress: Progress,
        *,
        sealing: Sealing | None = None,
    ) -> tuple[StoredInput, ...]: ...


def open_ingest(choice: EngineChoice) -> Ingest:
    """Reading by processes of this machine, or by the executors of Spark, who must reach the logs and the store.

    Raises:
        SettingsError: Spark is wanted and cannot be had.
    """
    if choice.name != "spark":
        return ingest
    session = open_spark(choice)
    return partial(ingest_spread, spread=import_module("stillwatch.logs.spark_spread").SparkSpread(session))
