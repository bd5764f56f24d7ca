"""A folder holds with its seal, its record and its proofs, and with no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from custody_stand import ANNA, BEN, KNOWN, keeper, model
from stillwatch.core.errors import SettingsError, StillwatchError, VerificationError
from stillwatch.evidence.compare_files import Difference, DifferenceKind
from stillwatch.evidence.custody_chain import read_custody, sign_statement
from stillwatch.evidence.key_statement import KeyEvent, KeyRole, KeyStatement
from stillwatch.evidence.sigstore_bundle import check_bundle, write_bundle
from stillwatch.service.evidence import hash_files
from stillwatch.service.evidence.custody_folder import CustodyFolder
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.keep_keys import tell_of_keys
from stillwatch.service.evidence.log_settings import history_of
from stillwatch.service.evidence.note_custody import note_custody
from stillwatch.service.evidence.notebook import Notebook
from stillwatch.service.evidence.seal_custody import seal_custody
from stillwatch.service.evidence.state_custody import Receiver, hand_over
from stillwatch.service.evidence.told_key import told_key
from stillwatch.service.evidence.verify_custody import Reader, read_record, read_seal, verify_custody
from stillwatch.signing.key_kinds import id_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from stillwatch.signing.key_kinds import AnyKey


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
    history = history_of(log.folder)
    with pytest.raises(VerificationError, match="nothing proves"):
        verify_custody(root, folder, Reader(known=KNOWN, log=history))
    note_custody(folder, Notebook(log, clock=lambda: 5.0), KNOWN, at=keeper(ANNA).clock.at)
    assert verify_custody(root, folder, Reader(known=KNOWN, log=history)).noted == 2
    other = EvidenceLog.make(tmp_path / "other", "log.example", clock=lambda: 5.0)
    with pytest.raises(VerificationError):
        verify_custody(root, folder, Reader(known=KNOWN, log=history_of(other.folder)))
    seal, record = read_record(folder, KNOWN)
    folder.proof(record.last.sha256).write_bytes(folder.proof(seal.sha256).read_bytes())
    with pytest.raises(VerificationError, match="another leaf"):
        verify_custody(root, folder, Reader(known=KNOWN, log=history))


def _told(event: KeyEvent, key: AnyKey, at: datetime) -> KeyStatement:
    algorithm, public = told_key(key.public_key())
    return KeyStatement(
        event=event, role=KeyRole.CUSTODY, name="lab", algorithm=algorithm, public=public, at=at, because="lost"
    )


def test_keys_that_the_log_tells_are_trusted_as_long_as_they_counted(tmp_path: Path) -> None:
    root, begun = tmp_path / "m", keeper(ANNA).clock.at - timedelta(days=1)
    folder = _sealed(root)
    log = EvidenceLog.make(tmp_path / "log", "log.example", clock=lambda: 5.0)
    tell_of_keys(log, [_told(KeyEvent.BEGIN, one, begun) for one in (ANNA, BEN)], at=begun)
    note_custody(folder, Notebook(log, clock=lambda: 5.0), KNOWN, at=begun)
    reader = Reader(known=(), log=history_of(log.folder))
    assert verify_custody(root, folder, reader).seal.signer == id_of(ANNA.public_key())
    hand_over(folder, keeper(ANNA, hour=30), Receiver(BEN.public_key(), "Ben", "disk"), reader.trusted)
    tell_of_keys(log, [_told(KeyEvent.REVOKE, ANNA, begun + timedelta(days=2))], at=begun + timedelta(days=2))
    note_custody(folder, Notebook(log, clock=lambda: 5.0), KNOWN, at=begun)
    with pytest.raises(VerificationError, match="statement 1 does not count: the key was revoked"):
        verify_custody(root, folder, Reader(known=(), log=history_of(log.folder)))


def test_the_seal_is_by_the_key_that_begins_the_record(tmp_path: Path) -> None:
    folder = _sealed(tmp_path / "m")
    payload = check_bundle(folder.seal.read_bytes(), KNOWN).payload
    folder.seal.write_bytes(write_bundle(payload, BEN))
    seal, said = read_seal(folder.seal, KNOWN), read_custody(folder.lines(), KNOWN).first
    folder.record.write_bytes(sign_statement(replace(said, manifest=seal.sha256), ANNA) + b"\n")
    with pytest.raises(VerificationError, match="by another key"):
        read_record(folder, KNOWN)


def test_a_disk_that_cannot_be_written_can_be_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "m"
    folder = _sealed(root)
    monkeypatch.setattr(CustodyFolder, "hashing", lambda self, purpose: self.path / "nowhere" / purpose)
    assert verify_custody(root, folder, Reader(known=(ANNA.public_key(), BEN.public_key()))).files.differences == ()
