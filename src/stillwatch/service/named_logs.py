"""The logs that the operator names: files, tables whose logs say which files are theirs, what only Spark reaches.

logs = named_logs(("gateway/", "delta:/lake/exchanges", "s3a://logs/"), settings.engine)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stillwatch.logs.files import expand
from stillwatch.logs.lakes.follow_table import follow_table, unread
from stillwatch.logs.lakes.open_table import is_table, open_table
from stillwatch.logs.reached.reached_names import is_reached
from stillwatch.service.open_reached import open_reached
from stillwatch.service.settings import ON_DUCKDB

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stillwatch.logs.ingest import Sealing
    from stillwatch.logs.lakes.table_snapshot import TableSnapshot
    from stillwatch.logs.reached.reached_logs import ReachedLogs
    from stillwatch.logs.store import Store
    from stillwatch.service.settings import EngineChoice


class NamedLogs(NamedTuple):
    files: tuple[Path, ...]
    tables: tuple[TableSnapshot, ...]
    reached: ReachedLogs | None
    """URLs, and tables of Spark's catalogs and connectors."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file that lies at a path, those of tables too."""
        return (*self.files, *(path for table in self.tables for path in sorted(table.files)))

    def to_read(self, store: Store, sealing: Sealing | None) -> tuple[Path, ...]:
        """The files that must be looked at: files may change, those of tables do not."""
        return (*self.files, *(path for table in self.tables for path in unread(store, table, sealing)))

    def follow(self, store: Store) -> None:
        """Let go of what the tables hold no more."""
        for table in self.tables:
            follow_table(store, table)


def named_logs(names: Sequence[str], engine: EngineChoice = ON_DUCKDB) -> NamedLogs:
    """Find out what the names stand for.

    Raises:
        InputError: A name means no file, or no table that can be read.
        SettingsError: What reads such a table is not installed, or Spark is needed and not named or not able.
        PeerError: What Spark asks does not answer.
    """
    by_spark = [name for name in names if is_reached(name)]
    here = [name for name in names if not is_reached(name)]
    files = [name for name in here if not is_table(name)]
    tables = tuple(open_table(name) for name in here if is_table(name))
    reached = open_reached(engine, by_spark) if by_spark else None
    return NamedLogs(expand(files) if files else (), tables, reached)
