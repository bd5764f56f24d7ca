"""The state of a guard is marked as such, so that no other file of ours is taken for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.service.guarding.state_file import open_state
from stillwatch.service.sqlite_file import SqliteKind, open_sqlite

if TYPE_CHECKING:
    from pathlib import Path


def test_the_state_is_marked_as_a_guards(tmp_path: Path) -> None:
    open_state(tmp_path / "guard.db").close()
    other = SqliteKind(application=1, version=1, tables="guarding/state_file.sql", noun="list", name="list")
    with pytest.raises(InputError, match="belongs to another program"):
        open_sqlite(tmp_path / "guard.db", other)


def test_a_budget_is_kept_between_two_openings(tmp_path: Path) -> None:
    first = open_state(tmp_path / "guard.db")
    first.execute("INSERT INTO budget VALUES (1, 2.0, 3.0)")
    first.close()
    second = open_state(tmp_path / "guard.db", must_exist=True)
    assert second.execute("SELECT * FROM budget").fetchall() == [(1, 2.0, 3.0)]
    second.close()
