"""The audit trail: added to, never changed, and a change behind its back shows."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from stillwatch.service.audit_trail import Entry, add_entries, first_broken, read_entries
from stillwatch.service.guarding.state_file import open_state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_state(tmp_path / "guard.db")
    add_entries(connection, [Entry(1, "policy_followed", "guard", "v1", {"rules": 2})])
    add_entries(connection, [Entry(float(n), "appeal_opened", "Ada", f"ap-{n}", {}) for n in (2, 3)])
    yield connection
    connection.close()


def test_what_is_added_is_read_in_order_and_is_whole(trail: sqlite3.Connection) -> None:
    found = list(read_entries(trail))
    assert [one._replace(digest="") for one in found] == [
        Entry(1.0, "policy_followed", "guard", "v1", {"rules": 2}),
        Entry(2.0, "appeal_opened", "Ada", "ap-2", {}),
        Entry(3.0, "appeal_opened", "Ada", "ap-3", {}),
    ]
    assert len({one.digest for one in found}) == 3
    assert first_broken(trail) is None


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'x'", "DELETE FROM audit WHERE entry = 3"])
def test_no_entry_is_changed_or_erased(statement: str, trail: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        trail.execute(statement)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET who = 'Eve' WHERE entry = 2", 2),
        ("UPDATE audit SET detail = '{}' WHERE entry = 1", 1),
        ("DELETE FROM audit WHERE entry = 2", 2),
        ("UPDATE audit SET happened_at = 9.0 WHERE entry = 3", 3),
    ],
)
def test_a_change_behind_the_triggers_back_shows(statement: str, broken: int, trail: sqlite3.Connection) -> None:
    for name in ("audit_is_not_changed", "audit_is_not_erased"):
        trail.execute(f"DROP TRIGGER {name}")
    trail.execute(statement)
    assert first_broken(trail) == broken
