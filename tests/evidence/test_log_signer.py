from __future__ import annotations

import pytest

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.proof_file import LogPolicy, check_checkpoint

_SAID = Checkpoint("log.example", 3, bytes(32))


def test_each_of_both_keys_is_enough_for_who_knows_it() -> None:
    signer = LogSigner.from_seeds("log.example", bytes(32), bytes(32))
    note = signer.sign(_SAID, at_s=9)
    for known in (signer.verifiers, signer.verifiers[:1], signer.verifiers[1:]):
        assert check_checkpoint(note, LogPolicy(origin="log.example", log_keys=known)).checkpoint == _SAID


def test_a_log_of_one_key_signs_once() -> None:
    signer = LogSigner.from_seeds("log.example", bytes(32))
    note = signer.sign(_SAID, at_s=9)
    assert len(note.signatures) == len(signer.verifiers) == 1
    other = LogSigner.from_seeds("log.example", bytes([1] * 32))
    with pytest.raises(VerificationError):
        check_checkpoint(note, LogPolicy(origin="log.example", log_keys=other.verifiers))
