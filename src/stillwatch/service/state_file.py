"""The SQLite file in which a guard keeps its state: opened, checked, made where there is none.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> with TemporaryDirectory() as folder:
...     connection = open_state(Path(folder) / "guard.db")
...     found = connection.execute("SELECT count(*) FROM denial").fetchone()
...     connection.close()
>>> found
(0,)

Several processes may have it open at once (guards of one host, `stillwatch appeals`): it is written ahead (WAL), so
readers never wait, and a writer waits for another one for a few seconds.
"""

from __future__ import annotations

import os
import sqlite3
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_APPLICATION: Final = 0x73776764
"""`swgd`: marks the file as a guard's state, in the header that SQLite keeps for this."""
_VERSION: Final = 1
_WAIT_S: Final = 5.0


def open_state(path: Path, *, must_exist: bool = False) -> sqlite3.Connection:
    """Open the state, readable for its owner alone; transactions are begun by hand.

    Raises:
        InputError: The file is another program's, or of another version, or damaged.
        SettingsError: It cannot be opened or made.
    """
    if must_exist and not path.exists():
        raise SettingsError("there is no state of a guard", where=str(path), mend="name the file that `serve` keeps")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.OperationalError) as error:
        mend = "name a file in a folder that exists and can be written to"
        raise SettingsError(f"the state cannot be opened: {error}", where=str(path), mend=mend) from error
    try:
        _check(connection, str(path))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.OperationalError as error:
        connection.close()
        mend = "make room on the disk, or end the process that holds it"
        raise SettingsError(f"the state cannot be used: {error}", where=str(path), mend=mend) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        mend = "name another file, or bring a whole copy back"
        raise InputError(f"this is no state of a guard: {error}", where=str(path), mend=mend) from error
    except InputError:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, where: str) -> None:
    """Make the tables in an empty file; refuse any other that is not ours."""
    connection.execute("BEGIN IMMEDIATE")
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    is_empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if is_empty and application == 0:
        for statement in _statements():
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    elif application != _APPLICATION:
        raise InputError("this file belongs to another program", where=where, mend="name another file")
    elif version != _VERSION:
        mend = "run the version of stillwatch that made it, or name another file"
        raise InputError(f"this state is of version {version}, and {_VERSION} is known", where=where, mend=mend)
    connection.execute("COMMIT")


def _statements() -> Iterator[str]:
    """One by one, so that they run in one transaction; `executescript` would commit."""
    statement = ""
    for line in files("stillwatch.service").joinpath("state_file.sql").read_text("utf-8").splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
