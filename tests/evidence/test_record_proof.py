from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.commitment import CommittedBatch, Opening, salt_of
from stillwatch.evidence.leaf_entry import digest_of, entry_of
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.merkle_tree import leaf_hash
from stillwatch.evidence.proof_file import LogPolicy, LogProof, write_proof
from stillwatch.evidence.record_proof import (
    RecordProof,
    batch_statement,
    check_record_proof,
    read_record_proof,
    write_record_proof,
)

_SIGNER = LogSigner.from_seeds("log.example", bytes(32))
_POLICY = LogPolicy(origin="log.example", log_keys=_SIGNER.verifiers)
_RECORDS = [b"one", b"two", b"three"]
_SECRET = bytes(range(32))
_BATCH = CommittedBatch.of(_RECORDS, _SECRET)


@cache
def _proof(kind: LeafKind = LeafKind.BATCH, records: int = 3) -> RecordProof:
    statement = batch_statement(file_sha256="ab" * 32, records=records, root=_BATCH.root, form="line")
    leaf = entry_of(Leaf(kind=kind, sha256=digest_of(statement), noted_at=datetime(2026, 11, 22, tzinfo=UTC)))
    note = _SIGNER.sign(Checkpoint("log.example", 1, leaf_hash(leaf)), at_s=0)
    opening = Opening(1, salt_of(_SECRET, 1), b"two", tuple(_BATCH.path(1)))
    return RecordProof(opening, statement, write_proof(LogProof(0, (), str(note).encode(), leaf)))


def test_a_record_is_proved_to_a_stranger() -> None:
    data = write_record_proof(_proof())
    assert read_record_proof(data) == _proof()
    assert check_record_proof(read_record_proof(data), _POLICY).log.checkpoint.size == 1
    assert b"three" not in data


@pytest.mark.parametrize(
    ("proof", "message"),
    [
        (_proof()._replace(opening=_proof().opening._replace(record=b"two!")), "root of the tree"),
        (_proof()._replace(opening=_proof().opening._replace(number=0)), "root of the tree"),
        (_proof()._replace(batch=_proof().batch | {"records": 4}), "another batch"),
        (_proof(LeafKind.SHARE), "another batch"),
        (_proof(records=9), "too short"),
    ],
)
def test_what_was_changed_does_not_hold(proof: RecordProof, message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        check_record_proof(proof, _POLICY)


def test_another_log_proves_nothing() -> None:
    with pytest.raises(VerificationError):
        check_record_proof(_proof(), replace(_POLICY, origin="other.example"))


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", json.dumps({"schema": "stillwatch.record/9"}).encode(), b"[" * 100_000]
)
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_record_proof(data, "file")
