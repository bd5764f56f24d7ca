"""The SQLite file that remembers which bundles were exported and imported, and what was refused.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     connection = open_bundles(Path(folder) / "bundles.db")
...     found = imported_links(connection, "identity--1", "main")
...     connection.close()
>>> found
{}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.intel.bundle_chain import Link, missing
from stillwatch.service.sqlite_file import SqliteKind, open_sqlite

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from stillwatch.intel.bundle_manifest import Manifest

_KIND: Final = SqliteKind(
    application=0x7377626E,
    version=1,
    tables="sharing/bundle_state.sql",
    noun="state of bundles",
    name="state",
)


class StreamState(NamedTuple):
    """How far a stream has come."""

    producer: str
    """Empty: one's own."""
    stream: str
    last: int
    missing: tuple[tuple[int, int], ...]
    """Spans of numbers that have not come."""


def open_bundles(path: Path, *, must_exist: bool = False) -> sqlite3.Connection:
    """Open the state, readable for its owner alone.

    Raises:
        InputError: The file is another program's, or of another version, or damaged.
        SettingsError: It cannot be opened or made.
    """
    return open_sqlite(path, _KIND, must_exist=must_exist)


def imported_links(connection: sqlite3.Connection, producer: str, stream: str) -> dict[int, Link]:
    """By number, what was imported of a stream."""
    rows = connection.execute(
        "SELECT export_seq, sha256, previous, is_complete FROM imported WHERE producer = ? AND stream = ?",
        (producer, stream),
    )
    return {row[0]: Link(row[0], row[1], row[2], bool(row[3])) for row in rows}


def note_imported(connection: sqlite3.Connection, manifest: Manifest, sha256: str, at: float) -> None:
    connection.execute(
        "INSERT INTO imported VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(manifest.producer, manifest.stream, manifest.export_seq),
            *(sha256, manifest.previous, manifest.is_complete, at),
        ),
    )


def last_exported(connection: sqlite3.Connection, stream: str) -> tuple[int, str]:
    """Number and digest of the last bundle that was exported in a stream; (0, "") where none was."""
    row = connection.execute(
        "SELECT export_seq, sha256 FROM exported WHERE stream = ? ORDER BY export_seq DESC LIMIT 1", (stream,)
    ).fetchone()
    return (row[0], row[1]) if row else (0, "")


def note_exported(connection: sqlite3.Connection, manifest: Manifest, sha256: str) -> None:
    at = manifest.created_at.timestamp()
    row = (manifest.stream, manifest.export_seq, sha256, at)
    connection.execute("INSERT INTO exported VALUES (?, ?, ?, ?)", row)
    contents = [(manifest.stream, file.sha256) for file in manifest.files]
    connection.executemany("INSERT OR IGNORE INTO carried VALUES (?, ?)", contents)


def is_carried(connection: sqlite3.Connection, stream: str, sha256: str) -> bool:
    """Whether a stream has carried this content before."""
    found = connection.execute("SELECT 1 FROM carried WHERE stream = ? AND sha256 = ?", (stream, sha256)).fetchone()
    return found is not None


def stream_states(connection: sqlite3.Connection) -> tuple[StreamState, ...]:
    """Every stream, one's own first."""
    own = connection.execute("SELECT stream, max(export_seq) FROM exported GROUP BY stream ORDER BY stream")
    found = [StreamState("", stream, last, ()) for stream, last in own]
    others = connection.execute("SELECT DISTINCT producer, stream FROM imported ORDER BY producer, stream").fetchall()
    for producer, stream in others:
        links = imported_links(connection, producer, stream)
        since = max((number for number, one in links.items() if one.is_complete), default=0)
        links = {number: one for number, one in links.items() if number >= since}
        found.append(StreamState(producer, stream, max(links), missing(links, max(links))))
    return tuple(found)
