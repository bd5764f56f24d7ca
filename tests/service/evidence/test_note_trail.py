from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson
import pytest

from stillwatch.core.leaf import LeafKind
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.service.evidence import note_trail as module
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.note_trail import kind_of, note_trail
from stillwatch.service.evidence.notebook import Notebook
from stillwatch.service.guarding.state_file import open_state

if TYPE_CHECKING:
    from pathlib import Path


def _book(folder: Path) -> Notebook:
    return Notebook(EvidenceLog.make(folder / "e", "log.example", clock=lambda: 5.0), clock=lambda: 5.0)


def _entry(number: int, what: str = "appeal_opened") -> Entry:
    return Entry(float(number), what, "Ada", f"ap-{number}", {"number": number, "a": 1})


def test_each_entry_is_a_leaf_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    book, trail = _book(tmp_path), open_state(tmp_path / "guard.db")
    add_entries(trail, [_entry(1), _entry(2, "policy_followed"), _entry(3, "covert_rule_loaded")])
    assert [note_trail(trail, "t", book), note_trail(trail, "t", book)] == [3, 0]
    add_entries(trail, [_entry(4)])
    assert note_trail(trail, "t", book) == 1
    assert [(leaf.kind.value, leaf.about) for leaf in book.log.leaves()] == [
        ("appeal", "ap-1"),
        ("policy", ""),
        ("approval", ""),
        ("appeal", "ap-4"),
    ]


def test_who_has_the_statement_can_work_out_the_digest_in_the_trail(tmp_path: Path) -> None:
    book, trail = _book(tmp_path), open_state(tmp_path / "guard.db")
    add_entries(trail, [_entry(1), _entry(2)])
    note_trail(trail, "t", book)
    before = ""
    for leaf in range(2):
        entry = book.entry(leaf)
        assert entry is not None
        said = entry.body
        assert said is not None
        plain = orjson.dumps((before, float(leaf + 1), said["what"], said["who"], said["about"], said["detail"]))
        before = hashlib.sha256(plain).hexdigest()
        assert said["digest"] == before


def test_a_trail_that_was_swapped_is_noted_as_such_and_from_its_beginning(tmp_path: Path) -> None:
    book, trail = _book(tmp_path), open_state(tmp_path / "guard.db")
    add_entries(trail, [_entry(1), _entry(2)])
    note_trail(trail, "t", book)
    other = open_state(tmp_path / "other.db")
    add_entries(other, [_entry(7), _entry(8), _entry(9)])
    assert note_trail(other, "t", book) == 3
    replaced = book.entry(2)
    assert replaced is not None
    assert replaced.body is not None
    assert (replaced.body["what"], replaced.body["entry"], book.log.size) == ("trail_replaced", 2, 6)


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("appeal_overturned", LeafKind.APPEAL),
        ("candidate_match", LeafKind.APPROVAL),
        ("received", LeafKind.SHARE),
        ("records_expired", LeafKind.ERASURE),
        ("who knows", LeafKind.OTHER),
    ],
)
def test_what_was_done_says_what_is_noted(what: str, kind: LeafKind) -> None:
    assert kind_of(what) is kind
