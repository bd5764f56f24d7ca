from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.follow_states import Caught, follow_states, note_state
from stillwatch.service.evidence.notebook import Notebook
from stillwatch.service.guarding.state_file import open_state
from stillwatch.service.sharing.intel_state import open_intel

if TYPE_CHECKING:
    from pathlib import Path


def _book(folder: Path) -> Notebook:
    make = EvidenceLog.open if (folder / "e").exists() else None
    log = make(folder / "e", clock=lambda: 5.0) if make else EvidenceLog.make(folder / "e", "l.example", clock=float)
    return Notebook(log, clock=lambda: 5.0)


def _entry(number: int) -> Entry:
    return Entry(float(number), "intel_accepted", "Ada", "campaign--1", {"why": "seen here"})


def test_states_of_several_kinds_are_noted_while_others_write(tmp_path: Path) -> None:
    book, guard, intel = _book(tmp_path), open_state(tmp_path / "guard.db"), open_intel(tmp_path / "intel.db")
    add_entries(guard, [_entry(1)])
    add_entries(intel, [_entry(1), _entry(2)])
    assert [note_state(tmp_path / name, book) for name in ("guard.db", "intel.db")] == [Caught(1, 0), Caught(2, 0)]
    assert note_state(tmp_path / "intel.db", book) == Caught(0, 0)


def test_another_file_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE a (b)")
    (tmp_path / "text").write_text("no database, whatever it says")
    for name, what in (("other.db", "audit trail"), ("text", "cannot be read"), ("none", "cannot be read")):
        with pytest.raises(InputError, match=what):
            note_state(tmp_path / name, _book(tmp_path))


def test_a_log_that_is_away_is_said_once_and_nothing_is_lost(tmp_path: Path) -> None:
    book, guard = _book(tmp_path), open_state(tmp_path / "guard.db")
    rounds: list[int] = []
    said: list[str] = []

    def open_book() -> Notebook:
        if len(rounds) in (1, 2):
            raise SettingsError("the disk is away")
        return _book(tmp_path)

    def is_over(wait_s: float) -> bool:
        assert wait_s == 7.0
        rounds.append(len(rounds))
        add_entries(guard, [_entry(len(rounds))])
        return len(rounds) == 4

    states = [tmp_path / "guard.db", tmp_path / "not there yet.db"]
    follow_states(open_book, states, is_over=is_over, say=said.append, every_s=7.0)
    assert said == [
        "not all is noted in the evidence log: the disk is away",
        "the evidence log is written again; nothing was lost",
    ]
    assert len(list(book.entries())) == 4
