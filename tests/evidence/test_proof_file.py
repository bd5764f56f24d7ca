"""Proofs in a file of their own: what holds is let through, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.cosignature import cosign
from stillwatch.evidence.merkle_tree import inclusion_path, leaf_hash, root_of
from stillwatch.evidence.proof_file import LogPolicy, LogProof, check_proof, read_proof, write_proof
from stillwatch.evidence.signed_note import Note, NoteSignature, SignatureType, Verifier

_ORIGIN = "log.example/1"
_ENTRIES = [b"entry %d" % number for number in range(11)]
_LOG = Ed25519PrivateKey.from_private_bytes(bytes(32))
_LOG_KEY = Verifier(_ORIGIN, SignatureType.ED25519, _LOG.public_key().public_bytes_raw())
_SECOND = MLDSA44PrivateKey.from_seed_bytes(bytes(32))
_SECOND_KEY = Verifier(_ORIGIN, SignatureType.ML_DSA_44, _SECOND.public_key().public_bytes_raw())
_WITNESS = Ed25519PrivateKey.from_private_bytes(bytes([7] * 32))
_WITNESS_KEY = Verifier("w.example", SignatureType.COSIGNATURE, _WITNESS.public_key().public_bytes_raw())
_POLICY = LogPolicy(origin=_ORIGIN, log_keys=(_LOG_KEY, _SECOND_KEY), witnesses=(_WITNESS_KEY,), quorum=1)


@cache
def _proof(leaf: int) -> LogProof:
    leaves = [leaf_hash(entry) for entry in _ENTRIES]
    path = inclusion_path(lambda level, at: root_of(leaves[at << level : (at + 1) << level]), leaf, len(leaves))
    said = Checkpoint(_ORIGIN, len(leaves), root_of(leaves))
    signatures = (
        NoteSignature(_LOG_KEY.name, _LOG_KEY.id, _LOG.sign(str(said).encode())),
        cosign(said, _SECOND_KEY, _SECOND.sign, 5),
        cosign(said, _WITNESS_KEY, _WITNESS.sign, 5),
    )
    return LogProof(leaf, tuple(path), str(Note(str(said), signatures)).encode(), b"beside")


@given(st.integers(0, len(_ENTRIES) - 1))
def test_what_stands_in_the_log_is_proved_offline(leaf: int) -> None:
    proof = read_proof(write_proof(_proof(leaf)))
    assert proof == _proof(leaf)
    found = check_proof(_ENTRIES[leaf], proof, _POLICY)
    assert (found.checkpoint.size, [(one.key.name, one.at_s) for one in found.cosigned]) == (11, [("w.example", 5)])
    with pytest.raises(VerificationError, match="root"):
        check_proof(_ENTRIES[leaf] + b"!", proof, _POLICY)


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (replace(_POLICY, origin="log.example/2"), "not of"),
        (replace(_POLICY, log_keys=()), "is none"),
        (replace(_POLICY, quorum=2), "1 known witnesses"),
        (replace(_POLICY, witnesses=()), "0 known witnesses"),
        (replace(_POLICY, log_keys=(replace(_LOG_KEY, name="other"),)), "no known key"),
        (replace(_POLICY, log_keys=(replace(_SECOND_KEY, name="other"),)), "no known key of the log"),
    ],
)
def test_a_policy_that_is_not_met(policy: LogPolicy, message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        check_proof(_ENTRIES[3], _proof(3), policy)


def test_the_second_signature_alone_is_enough_where_a_reader_says_so() -> None:
    check_proof(_ENTRIES[3], _proof(3), replace(_POLICY, log_keys=(_SECOND_KEY,)))


@given(st.data())
def test_no_bit_of_a_proof_can_be_flipped(data: st.DataObject) -> None:
    whole = bytearray(write_proof(_proof(4)._replace(extra=b"")))
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[bit // 8] ^= 1 << bit % 8
    try:
        proof = read_proof(bytes(whole))
        check_proof(_ENTRIES[4], proof, replace(_POLICY, quorum=1))
    except (InputError, VerificationError):
        return
    before = _proof(4)
    # A flipped bit may hide the second signature, as if it had never been made, or lie in base64's padding.
    assert (proof.leaf, proof.path) == (before.leaf, before.path)
    assert proof.checkpoint.split(b"\n\n")[0] == before.checkpoint.split(b"\n\n")[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\n\nx",
        b"c2sp.org/tlog-proof@v2\nindex 1\n\nx",
        b"c2sp.org/tlog-proof@v1\nindex 01\n\nx",
        b"c2sp.org/tlog-proof@v1\nindex -1\n\nx",
        b"c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nx",
        b"c2sp.org/tlog-proof@v1\nindex 1\n!!!\n\nx",
        b"c2sp.org/tlog-proof@v1\nindex 1\n" + b"A" * 43 + b"=\n" * 65 + b"\nx",
    ],
)
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_proof(data, "file")
