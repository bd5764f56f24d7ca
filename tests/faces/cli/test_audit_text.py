"""An audit trail as people and programs see it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stillwatch.faces.cli.audit_text import tell_audit
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.service.guarding.state_file import open_state

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_state(tmp_path / "guard.db")
    add_entries(connection, [Entry(1.0, "appeal_opened", "Ada", "ap-1", {"statement": "a class", "key": ""})])
    yield connection
    connection.close()


def test_people_and_programs_read_it(trail: sqlite3.Connection, capsys: pytest.CaptureFixture[str]) -> None:
    assert tell_audit(trail, as_json=False) == 0
    assert capsys.readouterr().out == "1970-01-01 00:00:01  appeal opened  ap-1  Ada  statement a class\n"
    assert tell_audit(trail, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["happened_at"] == "1970-01-01T00:00:01Z"


def test_a_changed_entry_is_told(trail: sqlite3.Connection, capsys: pytest.CaptureFixture[str]) -> None:
    trail.execute("DROP TRIGGER audit_is_not_changed")
    trail.execute("UPDATE audit SET who = 'Eve'")
    assert tell_audit(trail, as_json=False) == 1
    assert "entry 1 is missing or was changed" in capsys.readouterr().err
