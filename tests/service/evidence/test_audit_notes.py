from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.leaf import LeafKind
from stillwatch.service.evidence.audit_notes import audit_notes
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.notebook import Notebook, Statement

if TYPE_CHECKING:
    from pathlib import Path


def _book(folder: Path) -> Notebook:
    book = Notebook(EvidenceLog.make(folder / "e", "log.example", clock=lambda: 5.0), clock=lambda: 5.0)
    book.note(
        [
            Statement(kind=LeafKind.ACCESS, body={"who": "Ada"}, about="c-1"),
            Statement(kind=LeafKind.SHARE, body={"who": "Grace"}),
        ]
    )
    return book


def test_everything_is_shown_and_holds(tmp_path: Path) -> None:
    book = _book(tmp_path)
    assert [(one.entry.body, one.trouble) for one in audit_notes(book)] == [
        ({"who": "Ada"}, ""),
        ({"who": "Grace"}, ""),
    ]
    assert [one.entry.kind for one in audit_notes(book, [LeafKind.SHARE])] == [LeafKind.SHARE]


def test_what_others_note_meanwhile_holds_too(tmp_path: Path) -> None:
    book = _book(tmp_path)
    other = Notebook(EvidenceLog.open(tmp_path / "e", clock=lambda: 6.0), clock=lambda: 6.0)
    other.note([Statement(kind=LeafKind.SHARE, body={"who": "Linus"})])
    assert [one.trouble for one in audit_notes(book)] == ["", "", ""]


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ("UPDATE note SET body = (SELECT body FROM note WHERE leaf = 1) WHERE leaf = 0", "the statement was changed"),
        ("UPDATE note SET leaf = 1 WHERE leaf = 0", "leaf 1 is of something else"),
        ("UPDATE note SET about = 'c-2' WHERE leaf = 0", "leaf 0 is of something else"),
        ("UPDATE note SET leaf = 9 WHERE leaf = 0", "there is no leaf 9 in the log"),
        ("UPDATE note SET leaf = NULL WHERE leaf = 0", "waits to be noted"),
    ],
    ids=["another's words", "another's leaf", "another id", "no leaf", "waiting"],
)
def test_what_was_changed_is_named(tmp_path: Path, change: str, trouble: str) -> None:
    book = _book(tmp_path)
    book.connection.execute(change)
    assert [one.trouble for one in audit_notes(book)] == [trouble, ""]
