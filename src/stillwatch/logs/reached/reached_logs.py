"""Logs that only Spark reaches, from the names that the operator gives to the store.

    logs = ReachedLogs(session, ["s3a://logs/", "table:lake.api.calls"])
    logs.ingest(store, Reading(), progress)

The store becomes what it would of the same bytes on this machine. A file that has the size and the time of change that
it had is not read again, nor is a table that tells its version and has the one that was read.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from stillwatch.logs.intake import keep
from stillwatch.logs.reached.list_files import list_files
from stillwatch.logs.reached.reached_names import table_of
from stillwatch.logs.reached.spark_fetch import SparkFetch
from stillwatch.logs.reached.spark_table import SparkTable
from stillwatch.logs.spark_spread import SparkSpread
from stillwatch.logs.spread_ingest import read_spread
from stillwatch.logs.spread_workers import FetchingWorkers, PathWorkers
from stillwatch.logs.store import work_prefix
from stillwatch.logs.told_as import told_as
from stillwatch.logs.unit import FILES_TRIED, identities_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyspark.sql import SparkSession

    from stillwatch.logs.ingest import Progress, Sealing
    from stillwatch.logs.log_file import LogFile
    from stillwatch.logs.reading import Reading
    from stillwatch.logs.store import Store, StoredInput
    from stillwatch.logs.unit import Identities


class ReachedLogs:
    """Files by URL and tables, found when this is made."""

    def __init__(self, session: SparkSession, names: Sequence[str]) -> None:
        """Find out what the names stand for.

        Raises:
            InputError: A name means no file and no table.
            SettingsError: Spark lacks a connector, or may not look there.
            PeerError: What Spark asks does not answer.
        """
        self._session = session
        tables = [table_of(name) for name in names]
        urls = [name for name, table in zip(names, tables, strict=True) if table is None]
        found = {log.name: log for url in urls for log in list_files(session, url)}
        self._files = tuple(found.values())
        self._tables = tuple(SparkTable.open(session, table) for table in dict.fromkeys(tables) if table is not None)

    def identities(self, reading: Reading) -> Iterator[Identities]:
        """What stands in the first logs, to choose the account by (`unit_of`)."""
        tasks = [(log, log.name) for log in self._files[:FILES_TRIED]]
        yield from SparkFetch(self._session)(partial(_identities, reading), tasks, "look over the logs")
        for table in self._tables[: FILES_TRIED - len(tasks)]:
            with TemporaryDirectory() as folder:
                path = Path(folder, "head.parquet")
                table.write_head(path)
                yield _identities(reading, path, table.name.log_name)

    def ingest(self, store: Store, reading: Reading, progress: Progress, sealing: Sealing | None = None) -> None:
        """Bring all of it into the store; `sealing` commits to the records of files.

        Raises:
            InputError: A log cannot be read, or its format is not clear.
            SettingsError: An executor does not reach the store, or may not read a log.
        """
        if self._files:
            workers = FetchingWorkers(SparkFetch(self._session))
            keep(store, read_spread(store, self._files, reading, progress, workers, sealing))
        for table in self._tables:
            if not _is_known(store, table):
                keep(store, [self._ingest_table(store, table, reading, progress)])

    def _ingest_table(self, store: Store, table: SparkTable, reading: Reading, progress: Progress) -> StoredInput:
        with TemporaryDirectory(dir=store.root, prefix=work_prefix(), ignore_cleanup_errors=True) as folder:
            progress("fetching the table", 0, 0)
            files = table.write(Path(folder, "rows"))
            workers = PathWorkers(SparkSpread(self._session))
            return _as_one(table, files, read_spread(store, files, reading, progress, workers))


def _identities(reading: Reading, path: Path, log_name: Any) -> Identities:
    with told_as(path, log_name):
        return identities_in(path, reading)


def _is_known(store: Store, table: SparkTable) -> bool:
    entries = (entry for entry in store.inputs() if entry.path == table.name.log_name)
    return any(
        table.stamp and entry.stamp == table.stamp and all(map(store.has_part, entry.parts)) for entry in entries
    )


def _as_one(table: SparkTable, files: Sequence[LogFile], entries: Sequence[StoredInput]) -> StoredInput:
    """What the store knows of a table, from what it would of each of its files."""
    digests = "".join(entry.sha256 for entry in entries)
    return replace(
        entries[0],
        sha256=hashlib.sha256(digests.encode()).hexdigest(),
        size_bytes=sum(file.size_bytes for file in files),
        formats=tuple(dict.fromkeys(name for entry in entries for name in entry.formats)),
        parts=tuple(dict.fromkeys(name for entry in entries for name in entry.parts)),
        complete=all(entry.complete for entry in entries),
        stamp=table.stamp,
    )
