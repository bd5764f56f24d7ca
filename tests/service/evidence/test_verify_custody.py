"""A folder holds with its seal, its record and its proofs, and with no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from custody_stand import ANNA, BEN, KNOWN, keeper, model
from stillwatch.core.errors import SettingsError, StillwatchError, VerificationError
from stillwatch.evidence.compare_files import Difference, DifferenceKind
from stillwatch.service.evidence import hash_files
from stillwatch.service.evidence.custody_folder import CustodyFolder
from stillwatch.service.evidence.evidence_log import EvidenceLog, policy_of
from stillwatch.service.evidence.note_custody import note_custody
from stillwatch.service.evidence.notebook import Notebook
from stillwatch.service.evidence.seal_custody import seal_custody
from stillwatch.service.evidence.verify_custody import Reader, read_record, read_seal, verify_custody

if TYPE_CHECKING:
    from pathlib import Path


def _sealed(root: Path) -> CustodyFolder:
    folder = CustodyFolder.beside(root)
    seal_custody(model(root), folder, keeper(ANNA))
    return folder


def test_what_was_changed_is_told_and_what_was_not_holds(tmp_path: Path) -> None:
    root = tmp_path / "m"
    folder = _sealed(root)
    assert verify_custody(root, folder, Reader(known=KNOWN)).files.differences == ()
    (root / "config.json").write_bytes(b"other")
    for is_fast in (False, True):
        found = verify_custody(root, folder, Reader(known=KNOWN, is_fast=is_fast))
        assert found.files.differences == (Difference(DifferenceKind.CHANGED, "config.json"),)
    alone = verify_custody(root, CustodyFolder(tmp_path / "x"), Reader(known=KNOWN, signature=folder.seal))
    assert (alone.custody, len(alone.files.differences)) == (None, 1)


def test_a_check_that_was_interrupted_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "m"
    folder = _sealed(root)
    with monkeypatch.context() as patch:
        patch.setattr(hash_files, "_refuse_changed", _fails_at(4))
        with pytest.raises(KeyboardInterrupt):
            verify_custody(root, folder, Reader(known=KNOWN))
    left = folder.hashing("verify")
    assert left.read_bytes().count(b"safetensors") >= 1
    assert verify_custody(root, folder, Reader(known=KNOWN)).files.differences == ()
    assert not left.exists()


def _fails_at(count: int):
    calls: list[int] = []

    def called(*_: object) -> None:
        calls.append(1)
        if len(calls) == count:
            raise KeyboardInterrupt

    return called


def test_every_bit_of_seal_and_record_counts(tmp_path: Path) -> None:
    root = tmp_path / "m"
    folder = _sealed(root)
    for path in (folder.seal, folder.record):
        whole = path.read_bytes()
        for at in range(0, len(whole), 41):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x04]) + whole[at + 1 :])
            with pytest.raises(StillwatchError):
                read_record(folder, KNOWN)
        path.write_bytes(whole)
    read_record(folder, KNOWN)


def test_a_record_is_of_its_own_seal_alone(tmp_path: Path) -> None:
    one, other = _sealed(tmp_path / "one"), _sealed(tmp_path / "other")
    one.seal.write_bytes(other.seal.read_bytes())
    with pytest.raises(VerificationError, match="of another seal"):
        read_record(one, KNOWN)
    one.seal.unlink()
    with pytest.raises(SettingsError, match="--signature"):
        read_record(one, KNOWN)
    with pytest.raises(VerificationError, match="none of the keys"):
        read_seal(other.seal, KNOWN[1:])


def test_each_statement_is_proved_to_stand_in_the_log(tmp_path: Path) -> None:
    root = tmp_path / "m"
    folder = _sealed(root)
    log = EvidenceLog.make(tmp_path / "log", "log.example", clock=lambda: 5.0)
    policy = policy_of(log.folder)
    with pytest.raises(VerificationError, match="nothing proves"):
        verify_custody(root, folder, Reader(known=KNOWN, log=policy))
    note_custody(folder, Notebook(log, clock=lambda: 5.0), KNOWN, at=keeper(ANNA).clock.at)
    assert verify_custody(root, folder, Reader(known=KNOWN, log=policy)).noted == 2
    other = EvidenceLog.make(tmp_path / "other", "log.example", clock=lambda: 5.0)
    with pytest.raises(VerificationError):
        verify_custody(root, folder, Reader(known=KNOWN, log=policy_of(other.folder)))
    seal, record = read_record(folder, KNOWN)
    folder.proof(record.last.sha256).write_bytes(folder.proof(seal.sha256).read_bytes())
    with pytest.raises(VerificationError, match="another leaf"):
        verify_custody(root, folder, Reader(known=KNOWN, log=policy))


def test_a_disk_that_cannot_be_written_can_be_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "m"
    folder = _sealed(root)
    monkeypatch.setattr(CustodyFolder, "hashing", lambda self, purpose: self.path / "nowhere" / purpose)
    assert verify_custody(root, folder, Reader(known=(ANNA.public_key(), BEN.public_key()))).files.differences == ()
