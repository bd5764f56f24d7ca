"""The logs that the operator names: files, and tables whose own logs say which files are theirs.

logs = named_logs(("gateway/", "delta:/lake/exchanges"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stillwatch.logs.files import expand
from stillwatch.logs.lakes.follow_table import follow_table, unread
from stillwatch.logs.lakes.open_table import is_table, open_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stillwatch.logs.ingest import Sealing
    from stillwatch.logs.lakes.table_snapshot import TableSnapshot
    from stillwatch.logs.store import Store


class NamedLogs(NamedTuple):
    files: tuple[Path, ...]
    tables: tuple[TableSnapshot, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file, those of tables too."""
        return (*self.files, *(path for table in self.tables for path in sorted(table.files)))

    def to_read(self, store: Store, sealing: Sealing | None) -> tuple[Path, ...]:
        """The files that must be looked at: files may change, those of tables do not."""
        return (*self.files, *(path for table in self.tables for path in unread(store, table, sealing)))

    def follow(self, store: Store) -> None:
        """Let go of what the tables hold no more."""
        for table in self.tables:
            follow_table(store, table)


def named_logs(names: Sequence[str]) -> NamedLogs:
    """Find out what the names stand for.

    Raises:
        InputError: A name means no file, or no table that can be read.
        SettingsError: What reads such a table is not installed.
    """
    files = [name for name in names if not is_table(name)]
    tables = tuple(open_table(name) for name in names if is_table(name))
    return NamedLogs(expand(files) if files else (), tables)
