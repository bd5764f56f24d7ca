"""A case out of a log that lies on a disk: sealed, checked, and written whole or not at all."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import rfc8785

from sealed_package import AT
from stillwatch.core.errors import VerificationError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.case_check import Outcome, Trust
from stillwatch.evidence.leaf_entry import digest_of
from stillwatch.evidence.sealed_case import PackageFile, SealedCase, Tier
from stillwatch.evidence.signed_note import SignatureType, Verifier
from stillwatch.service.evidence.check_file import check_file
from stillwatch.service.evidence.evidence_log import EvidenceLog
from stillwatch.service.evidence.keep_keys import Rotation, rotate_log_keys
from stillwatch.service.evidence.log_settings import policy_of
from stillwatch.service.evidence.seal_case import _ALONE, keys_of, seal_case, shown_leaf, stamped_heads
from tampered_packages import zipped

if TYPE_CHECKING:
    from pathlib import Path

_FINDING = {"id": "campaign-1"}


def _log(folder: Path) -> EvidenceLog:
    log = EvidenceLog.make(folder / "evidence", "log.example/1", clock=lambda: 1_790_000_000.0)
    log.note([Leaf(kind=LeafKind.FINDING, sha256=digest_of(_FINDING), noted_at=AT)])
    return log


def _case(log: EvidenceLog) -> SealedCase:
    finding = PackageFile(path="finding.json", data=rfc8785.dumps(_FINDING), media_type="application/json")
    return SealedCase(
        about="campaign-1",
        tier=Tier.REDACTED,
        made_at=AT,
        keys=keys_of(log),
        files=(finding,),
        leaves=(shown_leaf(log, 0, "finding.json"),),
        heads=stamped_heads(log),
    )


def test_a_case_is_sealed_and_holds(tmp_path: Path) -> None:
    log = _log(tmp_path)
    (log.folder / "tsa").mkdir()
    (log.folder / "tsa" / "1-aabbccdd.checkpoint").write_text(str(log.checkpoint()))
    (log.folder / "tsa" / "1-aabbccdd.tsr").write_bytes(hashlib.sha256(str(log.checkpoint()).encode()).digest())
    sealed = seal_case(_case(log), log, tmp_path / "case.zip")
    assert (sealed.leaf, log.find(sealed.sha256)) == (1, (1,))
    report = check_file(sealed.package, Trust(policy=policy_of(log.folder)))
    assert {one.name: one.outcome for one in report.checks}["earlier heads"] is Outcome.HOLDS
    assert [path.name for path in tmp_path.glob("*case*")] == ["case.zip"]
    assert [one.name for one in report.checks if one.outcome is Outcome.FAILS] == []
    command = [sys.executable, str(_ALONE / "verify.py"), str(sealed.package)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Everything that was checked holds.")
    with zipfile.ZipFile(sealed.package) as archive:
        assert {"verify.py", "verify_ml_dsa.py", "VERIFY.txt"} < set(archive.namelist())


def test_a_log_that_has_changed_its_keys_is_followed_from_the_first(tmp_path: Path) -> None:
    log = _log(tmp_path)
    first = policy_of(log.folder)
    (log.folder / "tsa").mkdir()
    (log.folder / "tsa" / "1-aabbccdd.checkpoint").write_text(str(log.checkpoint()))
    (log.folder / "tsa" / "1-aabbccdd.tsr").write_bytes(hashlib.sha256(str(log.checkpoint()).encode()).digest())
    rotate_log_keys(log, Rotation(keys=log.folder / "keys", at=AT))
    log = EvidenceLog.open(log.folder, clock=lambda: 1_790_000_000.0)
    sealed = seal_case(_case(log), log, tmp_path / "case.zip")
    for policy in (first, None, policy_of(log.folder)):
        report = check_file(sealed.package, Trust(policy=policy))
        assert [(one.name, one.because) for one in report.checks if one.outcome is Outcome.FAILS] == []
    stranger = replace(first, log_keys=(Verifier(first.origin, SignatureType.ED25519, bytes(32)),))
    assert check_file(sealed.package, Trust(policy=stranger)).outcome is Outcome.FAILS
    present = log.signer.verifiers
    with zipfile.ZipFile(sealed.package) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for name, history in {
        "without its history": None,
        "of a history cut short": b'{"entries":[],"schema":"stillwatch.key-history/1"}',
        "of a history with another time": files["keys/history.json"].replace(b"2026-11-22", b"2026-11-21", 1),
    }.items():
        changed = {path: held for path, held in files.items() if path != "keys/history.json"}
        changed |= {} if history is None else {"keys/history.json": history}
        (tmp_path / "changed.zip").write_bytes(zipped(changed))
        outcome = check_file(tmp_path / "changed.zip", Trust(policy=first)).outcome
        assert (name, outcome) == (name, Outcome.FAILS)
    assert _strangers(sealed.package, str(present[0])) == 0
    assert _strangers(sealed.package, str(first.log_keys[0])) == 1


def _strangers(package: Path, key: str) -> int:
    command = [sys.executable, str(_ALONE / "verify.py"), str(package), "--key", key]
    return subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603  # ours


def test_what_would_not_hold_is_not_written(tmp_path: Path) -> None:
    log = _log(tmp_path)
    case = _case(log)
    witness = Verifier("w.example", SignatureType.COSIGNATURE, bytes(32))
    asking = replace(case.keys, log=replace(case.keys.log, witnesses=(witness,), quorum=1))
    with pytest.raises(VerificationError, match="0 known witnesses"):
        seal_case(replace(case, keys=asking), log, tmp_path / "case.zip")
    wrong = replace(case, leaves=(shown_leaf(log, 0, "keys/keys.json"),))
    with pytest.raises(VerificationError, match="leaf 0 is not of"):
        seal_case(wrong, log, tmp_path / "case.zip")
    assert [path.name for path in tmp_path.glob("*case*")] == []
