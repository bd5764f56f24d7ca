from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.forgotten import Forgotten
from stillwatch.core.leaf import LeafKind
from stillwatch.service.evidence.acted import Acted
from stillwatch.service.evidence.audit_notes import audit_notes
from stillwatch.service.evidence.erase import destroy_secrets, erase_statements, note_forgotten
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.notebook import Notebook, Statement
from stillwatch.service.evidence.seal_log import prove_record, seal_log

if TYPE_CHECKING:
    from pathlib import Path

_ADA = Acted(os_user="ada (1000)", name="Ada", reason="retention")


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def _book(folder: Path, clock: _Clock) -> Notebook:
    return Notebook(EvidenceLog.make(folder / "e", "log.example", clock=clock), clock=clock)


def _note(book: Notebook, *numbers: int) -> None:
    book.note([Statement(kind=LeafKind.ACCESS, body={"number": one}) for one in numbers])


def test_what_is_old_is_erased_and_the_erasure_stays(tmp_path: Path) -> None:
    clock = _Clock()
    book = _book(tmp_path, clock)
    _note(book, 1, 2)
    clock.now = 200.0
    _note(book, 3)
    before = datetime.fromtimestamp(150, UTC)
    assert [erase_statements(book, _ADA, before=before), erase_statements(book, _ADA, before=before)] == [2, 0]
    clock.now = 300.0
    assert erase_statements(book, _ADA, before=datetime.fromtimestamp(250, UTC), leaves=[0]) == 1
    bodies = [one.body for one in book.entries()]
    assert bodies[:3] == [None, None, None]
    assert [one["what"] for one in bodies[3:] if one] == ["statements_erased"] * 2
    assert [one.trouble for one in audit_notes(book)] == [""] * 5  # the log holds all the same


def test_a_file_whose_secrets_are_destroyed_is_never_shown_again(tmp_path: Path) -> None:
    book, file = _book(tmp_path, _Clock()), tmp_path / "a.jsonl"
    file.write_bytes(b'{"a": 1}\n')
    digest = seal_log(file, book).statement["file_sha256"]
    assert destroy_secrets(book, digest, _ADA) == 1
    with pytest.raises(SettingsError, match="destroyed"):
        prove_record(file, 0, book.log)
    assert [leaf.kind for leaf in book.log.leaves()] == [LeafKind.BATCH, LeafKind.ERASURE]
    with pytest.raises(InputError, match="no file of this digest"):
        destroy_secrets(book, "ab" * 32, _ADA)
    assert book.log.size == 2


def test_an_account_that_was_erased_is_named_to_those_who_know_it_alone(tmp_path: Path) -> None:
    book = _book(tmp_path, _Clock())
    erased = Forgotten(store="out/store", exchanges=7, blanked=0, left=3)
    entry = book.entry(note_forgotten(book, erased, _ADA, account_id="acct-1042", before=None))
    assert entry is not None
    said = entry.body or {}
    assert "acct-1042" not in str(said)
    salted = bytes.fromhex(said["account_salt"]) + b"acct-1042"
    assert said["account_digest"] == hashlib.sha256(salted).hexdigest()
    assert (said["exchanges"], said["before_ns"], said["who"]["reason"]) == (7, "", "retention")
    by_age = book.entry(note_forgotten(book, erased, _ADA, before=1_772_355_600_000_000_000))
    assert by_age is not None
    assert (by_age.body or {})["before_ns"] == "1772355600000000000"
