"""The SQLite file in which a guard keeps its state.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> with TemporaryDirectory() as folder:
...     connection = open_state(Path(folder) / "guard.db")
...     found = connection.execute("SELECT count(*) FROM denial").fetchone()
...     connection.close()
>>> found
(0,)

Several processes may have it open at once: guards of one host, `stillwatch appeals`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.service.sqlite_file import SqliteKind, open_sqlite

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_APPLICATION: Final = 0x73776764
"""`swgd`."""
_WAIT_S: Final = 5.0


def open_state(path: Path, *, must_exist: bool = False) -> sqlite3.Connection:
    """Open the state, readable for its owner alone; transactions are begun by hand.

    Raises:
        InputError: The file is another program's, or of another version, or damaged.
        SettingsError: It cannot be opened or made.
    """
    kind = SqliteKind(
        application=_APPLICATION,
        version=1,
        tables="guarding/state_file.sql",
        noun="state of a guard",
        name="state",
        wait_s=_WAIT_S,
    )
    return open_sqlite(path, kind, must_exist=must_exist)
