from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from custody_stand import ANNA, BEN, CLEO, KNOWN, keeper, model
from stillwatch.core.errors import VerificationError
from stillwatch.core.leaf import LeafKind
from stillwatch.service.evidence.custody_folder import CustodyFolder
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.note_custody import note_custody
from stillwatch.service.evidence.notebook import Notebook
from stillwatch.service.evidence.seal_custody import seal_custody
from stillwatch.service.evidence.state_custody import Receiver, hand_over

if TYPE_CHECKING:
    from pathlib import Path


def test_each_step_is_noted_once_and_its_proof_kept(tmp_path: Path) -> None:
    root, at = model(tmp_path / "m"), keeper(ANNA).clock.at
    folder = CustodyFolder.beside(root)
    book = Notebook(EvidenceLog.make(tmp_path / "log", "log.example", clock=lambda: 5.0), clock=lambda: 5.0)
    first = seal_custody(root, folder, keeper(ANNA)).link
    assert note_custody(folder, book, KNOWN, at=at) == (0, 1)
    second = hand_over(folder, keeper(ANNA), Receiver(BEN.public_key(), "Ben", "disk"), KNOWN)
    folder.proof(first.sha256).unlink()
    assert note_custody(folder, book, KNOWN, at=at) == (0, 1, 2)
    assert [(one.kind, one.about) for one in book.log.leaves()] == [
        (LeafKind.MANIFEST, first.statement.chain),
        (LeafKind.CUSTODY, first.statement.chain),
        (LeafKind.CUSTODY, first.statement.chain),
    ]
    entry = book.entry(2)
    assert entry is not None
    assert (entry.sha256, entry.body["predicate"]["what"]["to_name"]) == (second.sha256, "Ben")
    assert (folder.proof(first.sha256).exists(), folder.proof(second.sha256).exists()) == (True, True)
    assert book.log.size == 3


def test_what_does_not_hold_is_not_noted(tmp_path: Path) -> None:
    root = model(tmp_path / "m")
    folder = CustodyFolder.beside(root)
    book = Notebook(EvidenceLog.make(tmp_path / "log", "log.example", clock=lambda: 5.0), clock=lambda: 5.0)
    seal_custody(root, folder, keeper(ANNA))
    with pytest.raises(VerificationError):
        note_custody(folder, book, KNOWN[1:], at=keeper(ANNA).clock.at)
    assert book.log.size == 0


def test_a_record_that_was_cut_or_is_told_in_two_ways_is_found_out(tmp_path: Path) -> None:
    root, at = model(tmp_path / "m"), keeper(ANNA).clock.at
    folder = CustodyFolder.beside(root)
    book = Notebook(EvidenceLog.make(tmp_path / "log", "log.example", clock=lambda: 5.0), clock=lambda: 5.0)
    seal_custody(root, folder, keeper(ANNA))
    before = folder.record.read_bytes()
    hand_over(folder, keeper(ANNA), Receiver(BEN.public_key(), "Ben", "disk"), KNOWN)
    note_custody(folder, book, KNOWN, at=at)
    folder.record.write_bytes(before)
    with pytest.raises(VerificationError, match="the log knows 1 statements"):
        note_custody(folder, book, KNOWN, at=at)
    hand_over(folder, keeper(ANNA), Receiver(CLEO.public_key(), "Cleo", "disk"), KNOWN)
    with pytest.raises(VerificationError, match="not in it"):
        note_custody(folder, book, KNOWN, at=at)
    assert book.log.size == 3
