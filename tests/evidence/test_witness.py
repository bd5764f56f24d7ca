"""What a witness answers: each status of the specification, by what earns it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stillwatch.core.errors import InputError
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.merkle_tree import consistency_path, leaf_hash, root_of
from stillwatch.evidence.proof_file import LogPolicy
from stillwatch.evidence.witness import (
    Refusal,
    Status,
    Submission,
    judge,
    policy_for,
    read_submission,
    write_submission,
)

_LOG = LogSigner.from_seeds("log.example", bytes(32))
_POLICY = LogPolicy(origin="log.example", log_keys=_LOG.verifiers)
_LOGS = {_POLICY.origin: _POLICY}
_LEAVES = [leaf_hash(bytes([number])) for number in range(20)]


def _said(size: int, first: bytes = b"") -> Checkpoint:
    return Checkpoint("log.example", size, root_of([leaf_hash(first), *_LEAVES[1:size]] if first else _LEAVES[:size]))


def _submission(old: int, size: int, *, signer: LogSigner = _LOG, said: Checkpoint | None = None) -> Submission:
    path = (
        consistency_path(lambda level, at: root_of(_LEAVES[at << level : (at + 1) << level]), old, size)
        if 0 < old <= size
        else []
    )
    return read_submission(write_submission(old, path, signer.sign(said or _said(size), at_s=0)))


def _status(submission: Submission, latest: Checkpoint | None) -> Status | None:
    policy = policy_for(submission, _LOGS)
    refusal = policy if isinstance(policy, Refusal) else judge(submission, latest)
    return refusal.status if refusal else None


@pytest.mark.parametrize(("old", "size"), [(0, 0), (0, 7), (3, 7), (7, 7), (8, 16)])
def test_what_goes_on_from_what_was_signed_is_signed(old: int, size: int) -> None:
    assert _status(_submission(old, size), _said(old) if old else None) is None


def test_each_refusal_has_its_status() -> None:
    stranger = LogSigner.from_seeds("log.example", bytes([1] * 32))
    elsewhere = LogSigner.from_seeds("other.example", bytes(32))
    forked = _said(7, b"another first leaf")
    no_proof = _submission(3, 7)._replace(path=())
    needless = _submission(0, 7)._replace(path=(bytes(32),))
    cases = [
        (_submission(9, 7), _said(9), Status.MALFORMED),
        (_submission(3, 7, signer=stranger), _said(3), Status.NOT_SIGNED),
        (_submission(0, 7, signer=elsewhere, said=replace_origin(_said(7))), None, Status.UNKNOWN),
        (_submission(3, 7), _said(5), Status.BEHIND),
        (_submission(3, 7), None, Status.BEHIND),
        (_submission(0, 7), _said(3), Status.BEHIND),
        (_submission(7, 7), forked, Status.INCONSISTENT),
        (_submission(3, 7, said=forked), _said(3), Status.INCONSISTENT),
        (no_proof, _said(3), Status.INCONSISTENT),
        (needless, None, Status.INCONSISTENT),
    ]
    assert [_status(submission, latest) for submission, latest, _ in cases] == [status for _, _, status in cases]


def replace_origin(said: Checkpoint) -> Checkpoint:
    return said._replace(origin="other.example")


def test_two_roots_of_one_size_are_told_apart_from_a_proof_that_is_merely_bad() -> None:
    same_size = judge(_submission(7, 7), _said(7, b"another first leaf"))
    bad_proof = judge(_submission(3, 7)._replace(path=()), _said(3))
    assert [one.is_suspicious for one in (same_size, bad_proof) if one] == [True, False]


def test_one_that_is_behind_is_told_where_the_witness_is() -> None:
    assert judge(_submission(3, 7), _said(5)) == Refusal(status=Status.BEHIND, because="5\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 1\n",
        b"old 01\n\nx",
        b"old -1\n\nx",
        b"new 1\n\nx",
        b"old 1\n!!\n\nx",
        b"old 1\n" + b"AAAA\n" * 64 + b"\nx",
    ],
)
def test_what_is_no_submission_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_submission(data)


def test_a_policy_of_several_keys_is_met_by_one_of_them() -> None:
    both = replace(_POLICY, log_keys=(*LogSigner.from_seeds("log.example", bytes([9] * 32)).verifiers, *_LOG.verifiers))
    assert policy_for(_submission(0, 7), {both.origin: both}) == both
