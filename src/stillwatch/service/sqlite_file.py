"""A SQLite file that a process keeps its state in: opened, checked, made where there is none.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> tables = "guarding/state_file.sql"
>>> kind = SqliteKind(application=0x73776764, version=1, tables=tables, noun="state of a guard", name="state")
>>> with TemporaryDirectory() as folder:
...     connection = open_sqlite(Path(folder) / "guard.db", kind)
...     found = connection.execute("SELECT count(*) FROM denial").fetchone()
...     connection.close()
>>> found
(0,)

Several processes may have it open at once: it is written ahead (WAL), so readers never wait, and a writer waits for
another one for a few seconds.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_AUDIT: Final = "audit_trail.sql"


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteKind:
    """Whose file it is, so that no other is taken for it."""

    application: int
    """Marks the file in the header that SQLite keeps for this."""
    version: int
    tables: str
    """The file with its tables, in `stillwatch.service`; in a folder of it after a slash."""
    noun: str
    """What it is, in an error: `state of a guard`."""
    name: str
    """The same in one word."""
    wait_s: float = 5.0
    """For another process that writes."""
    is_audited: bool = True
    """Whether it keeps an audit trail too, see `service.audit_trail`."""


def open_sqlite(path: Path, kind: SqliteKind, *, must_exist: bool = False) -> sqlite3.Connection:
    """Open the file, readable for its owner alone; transactions are begun by hand.

    Raises:
        InputError: The file is another program's, or of another version, or damaged.
        SettingsError: It cannot be opened or made.
    """
    if must_exist and not path.exists():
        raise SettingsError(f"there is no {kind.noun}", where=str(path), mend="name the file that the process keeps")
    try:
        _make(path)
        connection = sqlite3.connect(path, timeout=kind.wait_s, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.OperationalError) as error:
        mend = "name a file in a folder that exists and can be written to"
        raise SettingsError(f"the {kind.name} cannot be opened: {error}", where=str(path), mend=mend) from error
    try:
        _check(connection, kind, str(path))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.OperationalError as error:
        connection.close()
        mend = "make room on the disk, or end the process that holds it"
        raise SettingsError(f"the {kind.name} cannot be used: {error}", where=str(path), mend=mend) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        mend = "name another file, or bring a whole copy back"
        raise InputError(f"this is no {kind.noun}: {error}", where=str(path), mend=mend) from error
    except InputError:
        connection.close()
        raise
    return connection


def _make(path: Path) -> None:
    """Make an empty file for its owner alone, where there is none.

    One that is there is not opened: whoever closes any descriptor of a file drops all locks that this process holds on
    it (POSIX), those of its other connections too, and the next process that closes the file takes itself for the last
    one and removes the log from under them.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _check(connection: sqlite3.Connection, kind: SqliteKind, where: str) -> None:
    """Make the tables in an empty file; refuse any other that is not ours."""
    connection.execute("BEGIN IMMEDIATE")
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    is_empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if is_empty and application == 0:
        for tables in (kind.tables, *((_AUDIT,) if kind.is_audited else ())):
            for statement in _statements(tables):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {kind.application}")
        connection.execute(f"PRAGMA user_version = {kind.version}")
    elif application != kind.application:
        raise InputError("this file belongs to another program", where=where, mend="name another file")
    elif version != kind.version:
        mend = "run the version of stillwatch that made it, or name another file"
        what = f"this {kind.name} is of version {version}, and {kind.version} is known"
        raise InputError(what, where=where, mend=mend)
    connection.execute("COMMIT")


def _statements(tables: str) -> Iterator[str]:
    """One by one, so that they run in one transaction; `executescript` would commit."""
    statement = ""
    for line in files("stillwatch.service").joinpath(*tables.split("/")).read_text("utf-8").splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
