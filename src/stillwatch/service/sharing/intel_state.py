"""The SQLite file in which a deployment keeps what peers have told it.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     connection = open_intel(Path(folder) / "intel.db")
...     with writing(connection):
...         _ = connection.execute("INSERT INTO place VALUES ('hub', '17')")
...     found = position_of(connection, "hub")
...     connection.close()
>>> found
'17'

Several processes may have it open at once: one that follows a hub, one in which a person reviews, one that publishes.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import SettingsError
from stillwatch.service.sqlite_file import SqliteKind, open_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INTEL_FILE: Final = "intel.db"
_KIND: Final = SqliteKind(
    application=0x7377696E,
    version=1,
    tables="sharing/intel_state.sql",
    noun="state of received intelligence",
    name="state",
)


def open_intel(path: Path, *, must_exist: bool = False) -> sqlite3.Connection:
    """Open the state, readable for its owner alone.

    Raises:
        InputError: The file is another program's, or of another version, or damaged.
        SettingsError: It cannot be opened or made.
    """
    return open_sqlite(path, _KIND, must_exist=must_exist)


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing; another process that writes waits.

    Raises:
        SettingsError: The disk is full, or another process holds the file.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        mend = "try again; make room on the disk if it says full"
        raise SettingsError(f"the state cannot be written: {error}", mend=mend) from error
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def position_of(connection: sqlite3.Connection, source: str) -> str:
    """How far a server has been read; empty = from the beginning."""
    found = connection.execute("SELECT position FROM place WHERE source = ?", (source,)).fetchone()
    return str(found[0]) if found else ""


def note_position(connection: sqlite3.Connection, source: str, position: str) -> None:
    """Go on from there next time; in the transaction that keeps what was read up to there."""
    connection.execute("INSERT OR REPLACE INTO place VALUES (?, ?)", (source, position))
