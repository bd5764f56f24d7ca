"""A file of ours: made when missing, opened again, and no other file taken for it."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.sqlite_file import SqliteKind, open_sqlite

if TYPE_CHECKING:
    from pathlib import Path

_KIND = SqliteKind(
    application=0x73776764,
    version=1,
    tables="guarding/state_file.sql",
    noun="state of a guard",
    name="state",
    wait_s=0.01,
)


def open_state(path: Path, *, must_exist: bool = False) -> sqlite3.Connection:
    return open_sqlite(path, _KIND, must_exist=must_exist)


def test_a_new_file_is_made_for_its_owner_alone_and_opens_again(tmp_path: Path) -> None:
    file = tmp_path / "guard.db"
    for _ in range(2):
        open_state(file).close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_two_processes_may_have_it_open(tmp_path: Path) -> None:
    first, second = open_state(tmp_path / "guard.db"), open_state(tmp_path / "guard.db")
    first.execute("INSERT INTO budget VALUES (1, 2.0, 3.0)")
    assert second.execute("SELECT * FROM budget").fetchall() == [(1, 2.0, 3.0)]
    first.close()
    second.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "guard.db"
    file.write_bytes(b"version = 1\n" * 100)
    with pytest.raises(InputError, match=r"guard\.db: this is no state of a guard"):
        open_state(file)
    assert file.read_bytes() == b"version = 1\n" * 100


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("CREATE TABLE cookie (a)", "belongs to another program"),
        ("PRAGMA application_id = 77", "belongs to another program"),
    ],
)
def test_the_database_of_another_program_is_refused(statement: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "guard.db"
    other = sqlite3.connect(file)
    other.execute(statement)
    other.close()
    with pytest.raises(InputError, match=says):
        open_state(file)


def test_a_later_version_is_refused_with_the_mend(tmp_path: Path) -> None:
    file = tmp_path / "guard.db"
    made = open_state(file)
    made.execute("PRAGMA user_version = 2")
    made.close()
    with pytest.raises(InputError, match=r"of version 2, and 1 is known \(run the version"):
        open_state(file)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "guard.db"
    open_state(file).close()
    file.write_bytes(file.read_bytes()[:100] + b"\xff" * 4000)
    with pytest.raises(InputError, match="no state of a guard"):
        open_state(file)


def test_a_folder_that_is_missing_is_a_matter_of_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be opened"):
        open_state(tmp_path / "missing" / "guard.db")


def test_who_only_looks_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no state of a guard"):
        open_state(tmp_path / "guard.db", must_exist=True)
    assert list(tmp_path.iterdir()) == []


def test_a_second_connection_does_not_let_another_process_take_the_log_away(tmp_path: Path) -> None:
    """See "How To Corrupt An SQLite Database File", 2.2: closing a descriptor drops the locks of all connections."""
    file = tmp_path / "guard.db"
    first = open_state(file)
    first.execute("INSERT INTO budget VALUES (1, 1.0, 1.0)")
    second = open_state(file)
    other = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('DELETE FROM budget'); c.commit()"
    subprocess.run([sys.executable, "-c", other, str(file)], check=True)  # noqa: S603  # our own interpreter
    assert (tmp_path / "guard.db-wal").exists()
    first.execute("INSERT INTO budget VALUES (2, 1.0, 1.0)")
    assert second.execute("SELECT budget FROM budget").fetchall() == [(2,)]
    assert second.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    first.close()
    second.close()
