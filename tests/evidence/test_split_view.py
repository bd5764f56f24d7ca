from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.merkle_tree import EMPTY_ROOT, consistency_path, leaf_hash, root_of
from stillwatch.evidence.proof_file import LogPolicy
from stillwatch.evidence.split_view import Shown, Verdict, compare

if TYPE_CHECKING:
    from stillwatch.evidence.signed_note import Note

_LOG = LogSigner.from_seeds("log.example", bytes(32), bytes(32))
_POLICY = LogPolicy(origin="log.example", log_keys=_LOG.verifiers, quorum=3)
_LEAVES = [leaf_hash(bytes([number])) for number in range(9)]


def _note(size: int, root: bytes | None = None) -> Note:
    return _LOG.sign(Checkpoint("log.example", size, root or root_of(_LEAVES[:size])), at_s=0)


def _shown(old: int, size: int) -> Shown:
    path = consistency_path(lambda level, at: root_of(_LEAVES[at << level : (at + 1) << level]), old, size)
    return Shown(root_of(_LEAVES[:old]), tuple(path))


def test_what_two_members_were_shown() -> None:
    cases = [
        (_note(5), _note(5), None, Verdict.SAME),
        (_note(5), _note(5, bytes(32)), None, Verdict.SPLIT),
        (_note(9), _note(5), _shown(5, 9), Verdict.CONSISTENT),
        (_note(5), _note(9), _shown(5, 9), Verdict.CONSISTENT),
        (_note(0, EMPTY_ROOT), _note(9), None, Verdict.CONSISTENT),
        (_note(5, bytes(32)), _note(9), _shown(5, 9), Verdict.SPLIT),
        (_note(5), _note(9), None, Verdict.UNPROVED),
        (_note(5), _note(9), Shown(bytes(32), _shown(5, 9).path), Verdict.UNPROVED),
        (_note(8, bytes(32)), _note(9), _shown(8, 9), Verdict.SPLIT),
        (_note(8, bytes(32)), _note(9), Shown(bytes([1] * 32), _shown(8, 9).path), Verdict.UNPROVED),
        (_note(8), _note(9, bytes(32)), _shown(8, 9), Verdict.UNPROVED),
    ]
    assert [compare(one, other, path, _POLICY).verdict for one, other, path, _ in cases] == [case[3] for case in cases]


def test_nobody_is_accused_by_what_he_did_not_sign() -> None:
    forged = LogSigner.from_seeds("log.example", bytes([1] * 32)).sign(Checkpoint("log.example", 5, bytes(32)), at_s=0)
    with pytest.raises(VerificationError):
        compare(_note(5), forged, None, _POLICY)
