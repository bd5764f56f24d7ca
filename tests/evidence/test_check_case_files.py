from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sealed_package import AT, CUSTODIAN, MemoryLog, case_of, keys_of, package, policy, seal
from stillwatch.core.errors import VerificationError
from stillwatch.evidence.case_manifest import ListedLeaf
from stillwatch.evidence.check_case_files import (
    check_batches,
    check_custody,
    check_leaves,
    check_listed,
    check_manifest,
    check_records,
)
from stillwatch.evidence.check_case_log import check_proofs, check_signed
from stillwatch.evidence.commitment import CommittedBatch, Opening, salt_of
from stillwatch.evidence.key_history import KeySpan
from stillwatch.evidence.key_statement import KeyRole
from stillwatch.evidence.proof_file import write_proof
from stillwatch.evidence.record_proof import RecordProof, batch_statement, write_record_proof
from stillwatch.evidence.sealed_case import PackageFile
from stillwatch.evidence.store_zip import read_zip

_DAY = timedelta(days=1)
_FILES = read_zip(memoryview(package()))
_PROVED = check_proofs(_FILES, check_signed(_FILES, keys_of(), policy()), policy())
_MANIFEST, _OWN = check_manifest(_FILES, _PROVED)


def test_all_that_was_sealed_is_there() -> None:
    assert check_listed(_FILES, _MANIFEST).startswith("8 files")
    assert check_leaves(_FILES, _MANIFEST, _OWN, _PROVED) == "3 beside the manifest's (batch, custody, finding)"
    assert check_batches(_FILES, _MANIFEST) == "9 records"


def test_a_manifest_that_no_leaf_is_of_is_not_read() -> None:
    for proved in ({}, {at: leaf for at, leaf in _PROVED.items() if at != _OWN}):
        with pytest.raises(VerificationError, match="no leaf that is proved"):
            check_manifest(_FILES, proved)
    other = {**_PROVED, _OWN: replace(_PROVED[_OWN], about="campaign-2")}
    with pytest.raises(VerificationError, match="another case"):
        check_manifest(_FILES, other)


def test_what_is_missing_added_or_changed_is_named() -> None:
    without = {path: held for path, held in _FILES.items() if path != "README.txt"}
    for files, named in (
        (without, "missing: README.txt"),
        (_FILES | {"more.txt": memoryview(b"")}, "added: more.txt"),
        (_FILES | {"README.txt": memoryview(b"x")}, "changed: README.txt"),
    ):
        with pytest.raises(VerificationError, match=named):
            check_listed(files, _MANIFEST)


@pytest.mark.parametrize("of", ["README.txt", "nowhere.txt", "custody.jsonl#0", "custody.jsonl#9", "README.txt#0"])
def test_a_leaf_of_something_else_is_refused(of: str) -> None:
    at = next(iter(_MANIFEST.leaves))
    listed = _MANIFEST.leaves[at]
    changed = replace(_MANIFEST, leaves=_MANIFEST.leaves | {at: ListedLeaf(listed.kind, listed.sha256, of)})
    with pytest.raises(VerificationError):
        check_leaves(_FILES, changed, _OWN, _PROVED)


def test_a_batch_that_the_log_does_not_know_is_refused() -> None:
    with pytest.raises(VerificationError, match="no such batch"):
        check_batches(_FILES | {"batches/day-2.leaves": memoryview(bytes(32))}, _MANIFEST)
    with pytest.raises(VerificationError, match="another root"):
        check_batches(_FILES | {"batches/day-1.leaves": memoryview(bytes(9 * 32))}, _MANIFEST)
    with pytest.raises(VerificationError, match="no statement"):
        check_batches(_FILES | {"batches/day-1.leaves": memoryview(bytes(8 * 32))}, _MANIFEST)


@pytest.mark.parametrize(
    ("span", "because"),
    [
        ({"begin_at": AT + _DAY, "begin_leaf": 9}, "counts from"),
        ({"end_at": AT - _DAY, "end_leaf": 0}, "counted until"),
        ({"revoked_at": AT - _DAY, "revoked_leaf": 0}, "revoked"),
    ],
)
def test_a_statement_by_a_key_that_did_not_count_is_refused(span: dict, because: str) -> None:
    public = CUSTODIAN.public_key().public_bytes_raw()
    counted = KeySpan(role=KeyRole.CUSTODY, name="lab", algorithm="ed25519", public=public, begin_at=AT - _DAY)
    other = replace(counted, public=bytes(32), **span)
    assert check_custody(_FILES, _MANIFEST, keys_of(), [counted, other]) == "3 statements"
    with pytest.raises(VerificationError, match=because):
        check_custody(_FILES, _MANIFEST, keys_of(), [replace(counted, **span)])


def test_single_records_are_checked() -> None:
    log = MemoryLog()
    case = case_of(log)
    batch = CommittedBatch.of([b"record %d" % at for at in range(9)], bytes(32))
    statement = batch_statement(file_sha256="cd" * 32, records=9, root=batch.root, form="line")
    opening = Opening(4, salt_of(bytes(32), 4), b"record 4", tuple(batch.path(4)))
    proof = write_proof(log.prove(1, log.head(len(log.entries))))
    shown = write_record_proof(RecordProof(opening, statement, proof))
    more = PackageFile(path="records/4.json", data=shown, media_type="application/json")
    files = read_zip(memoryview(seal(replace(case, files=(*case.files, more)), log)))
    assert check_records(files, policy()) == "1 records"
    other = write_record_proof(RecordProof(opening._replace(record=b"record 5"), statement, proof))
    with pytest.raises(VerificationError):
        check_records(files | {"records/4.json": memoryview(other)}, policy())
