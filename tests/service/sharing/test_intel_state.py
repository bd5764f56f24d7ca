"""The state of received intelligence: whole transactions, and nobody else's file."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.guarding.state_file import open_state
from stillwatch.service.sharing.intel_state import note_position, open_intel, position_of, writing

if TYPE_CHECKING:
    from pathlib import Path


def test_half_a_transaction_is_none(tmp_path: Path) -> None:
    connection = open_intel(tmp_path / "intel.db")
    with writing(connection):
        note_position(connection, "hub", "7")
    with pytest.raises(sqlite3.IntegrityError), writing(connection):
        connection.executemany("INSERT INTO place VALUES (?, ?)", [("other", "8"), ("hub", "8")])
    assert (position_of(connection, "hub"), position_of(connection, "other")) == ("7", "")
    connection.close()


def test_while_another_process_writes_it_is_said(tmp_path: Path) -> None:
    one, other = open_intel(tmp_path / "intel.db"), open_intel(tmp_path / "intel.db")
    other.execute("PRAGMA busy_timeout = 10")
    with writing(one), pytest.raises(SettingsError, match="locked"), writing(other):
        pass
    one.close()
    other.close()


def test_a_guards_state_is_none(tmp_path: Path) -> None:
    open_state(tmp_path / "guard.db").close()
    with pytest.raises(InputError, match="another program"):
        open_intel(tmp_path / "guard.db")
