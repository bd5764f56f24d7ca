from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.decision import Action, Decision
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.leaf import LeafKind
from stillwatch.core.request_facts import RequestFacts
from stillwatch.evidence.record_proof import check_record_proof
from stillwatch.service.evidence import note_denials as module
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.log_settings import policy_of
from stillwatch.service.evidence.note_denials import note_denials, prove_denial
from stillwatch.service.evidence.notebook import Notebook
from stillwatch.service.guarding.state_file import open_state
from stillwatch.service.guarding.write_state import Noted, Waiting, write_waiting

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path


def _book(folder: Path) -> Notebook:
    return Notebook(EvidenceLog.make(folder / "e", "log.example", clock=lambda: 5.0), clock=lambda: 5.0)


def _deny(state: sqlite3.Connection, moments: Iterable[float]) -> None:
    decisions = [
        Noted(
            RequestFacts(f"r-{at}", at, account_id="acct-secret"),
            Decision(action=Action.BLOCK, id=f"d-{at}", rule="fleet", reason="why"),
            frozenset(),
        )
        for at in moments
    ]
    write_waiting(state, Waiting(decisions, {}, []), 0.0)


def test_any_denial_is_shown_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 4)
    book, state = _book(tmp_path), open_state(tmp_path / "guard.db")
    _deny(state, range(10))
    assert [note_denials(state, "g", book), note_denials(state, "g", book)] == [10, 0]
    assert [leaf.kind for leaf in book.log.leaves()] == [LeafKind.DECISIONS] * 3
    for number in (0, 5, 9):
        proof = prove_denial(state, f"d-{number}", book)
        found = check_record_proof(proof, policy_of(book.log.folder))
        assert found.leaf.kind is LeafKind.DECISIONS
        shown = json.loads(proof.opening.record)
        assert (shown["id"], shown["action"], shown["value"]) == (f"d-{number}", "block", "acct-secret")


def test_one_that_was_written_down_late_is_noted_and_none_twice(tmp_path: Path) -> None:
    book, state = _book(tmp_path), open_state(tmp_path / "guard.db")
    _deny(state, [1000.0, 2000.0])
    assert note_denials(state, "g", book) == 2
    _deny(state, [1990.0, 2010.0])
    assert note_denials(state, "g", book) == 2
    prove_denial(state, "d-1990.0", book)


def test_what_cannot_be_shown_is_named(tmp_path: Path) -> None:
    book, state = _book(tmp_path), open_state(tmp_path / "guard.db")
    _deny(state, [1.0, 2.0])
    note_denials(state, "g", book)
    with pytest.raises(InputError, match="was not noted"):
        prove_denial(state, "d-9", book)
    state.execute("DELETE FROM denial WHERE id = 'd-1.0'")
    with pytest.raises(InputError, match="no longer"):
        prove_denial(state, "d-1.0", book)
    next((book.log.folder / "decisions").glob("*.secret")).unlink()
    with pytest.raises(SettingsError, match="destroyed"):
        prove_denial(state, "d-2.0", book)
