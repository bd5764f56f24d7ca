"""Logs that only Spark reaches, through the Spark that the user runs.

open_reached(settings.engine, ["s3a://logs/"]).ingest(store, reading, progress)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from stillwatch.core.errors import SettingsError
from stillwatch.service.open_spark import open_spark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.logs.reached.reached_logs import ReachedLogs
    from stillwatch.service.settings import EngineChoice


def open_reached(choice: EngineChoice, names: Sequence[str]) -> ReachedLogs:
    """Find out what the names stand for.

    Raises:
        InputError: A name means no file and no table.
        SettingsError: Spark is not what reads, cannot be had, or lacks a connector.
        PeerError: What Spark asks does not answer.
    """
    if choice.name != "spark":
        mend = "add --engine spark; or mount it, and name the log by its path"
        raise SettingsError("nothing but Spark reads a log that is named so", where=names[0], mend=mend)
    session = open_spark(choice)
    made: ReachedLogs = import_module("stillwatch.logs.reached.reached_logs").ReachedLogs(session, names)
    return made
