"""A witness that remembers: the same history for everybody, whoever comes first, whatever stops in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from stillwatch.evidence.checkpoint import Checkpoint, read_checkpoint
from stillwatch.evidence.cosignature import cosignatures
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.merkle_tree import EMPTY_ROOT, consistency_path, leaf_hash, root_of
from stillwatch.evidence.proof_file import LogPolicy
from stillwatch.evidence.signed_note import Note, read_note, read_signatures
from stillwatch.evidence.split_view import Verdict, compare
from stillwatch.evidence.witness import SIZE_TYPE, Status, write_submission
from stillwatch.service.evidence.witness import Witness, WitnessAnswer
from stillwatch.service.evidence.witness_keys import WitnessSigner

if TYPE_CHECKING:
    from pathlib import Path

_LOG = LogSigner.from_seeds("log.example", bytes(32))
_POLICY = LogPolicy(origin="log.example", log_keys=_LOG.verifiers)
_SIGNER = WitnessSigner.from_seeds("w.example", bytes([1] * 32), bytes([1] * 32))
_LEAVES = [leaf_hash(bytes([number])) for number in range(40)]


def _witness(folder: Path) -> Witness:
    return Witness(folder / "witness.db", _SIGNER, [_POLICY], clock=lambda: 1234.5)


def _note(size: int, first: bytes = b"") -> Note:
    leaves = [leaf_hash(first), *_LEAVES[1:size]] if first else _LEAVES[:size]
    return _LOG.sign(Checkpoint("log.example", size, root_of(leaves) if leaves else EMPTY_ROOT), at_s=0)


def _ask(witness: Witness, old: int, size: int, note: Note | None = None) -> WitnessAnswer:
    path = (
        consistency_path(lambda level, at: root_of(_LEAVES[at << level : (at + 1) << level]), old, size) if old else []
    )
    return witness.add_checkpoint(write_submission(old, path, note or _note(size)))


def test_it_signs_with_both_keys_and_remembers_beyond_its_own_end(tmp_path: Path) -> None:
    answer = _ask(_witness(tmp_path), 0, 7)
    signed = _note(7)._replace(signatures=read_signatures(answer.body))
    assert answer.status is Status.SIGNED
    assert [(one.key.kind.name, one.at_s) for one in cosignatures(signed, _SIGNER.verifiers)] == [
        ("COSIGNATURE", 1234),
        ("ML_DSA_44", 1234),
    ]
    again = _witness(tmp_path)
    assert again.latest("log.example") == read_checkpoint(_note(7).text)
    assert _ask(again, 0, 9) == WitnessAnswer(Status.BEHIND, b"7\n", SIZE_TYPE)
    assert _ask(again, 7, 9).status is Status.SIGNED


def test_nonsense_is_answered_and_nothing_is_kept(tmp_path: Path) -> None:
    witness = _witness(tmp_path)
    assert witness.add_checkpoint(b"\xff").status is Status.MALFORMED
    other = LogSigner.from_seeds("other.example", bytes(32)).sign(Checkpoint("other.example", 0, EMPTY_ROOT), at_s=0)
    assert witness.add_checkpoint(write_submission(0, [], other)).status is Status.UNKNOWN
    assert witness.latest("log.example") is None


def test_of_many_at_once_one_history_is_signed(tmp_path: Path) -> None:
    """Two histories of each size are shown at once, over and over: whatever is signed is one history."""
    witness = _witness(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        for old, size in ((0, 5), (5, 11), (11, 30)):
            forks = [_note(size), _note(size, b"forked")] * 4
            answers = list(threads.map(lambda note, o=old, s=size: _ask(witness, o, s, note), forks))
            signed = {note.text for note, answer in zip(forks, answers, strict=True) if answer.status is Status.SIGNED}
            assert len(signed) == 1
            latest = witness.latest("log.example")
            assert latest is not None
            assert str(latest) in signed
            if latest.root != root_of(_LEAVES[:size]):
                break  # the fork came first: from here on no proof of the other one can hold


def test_two_histories_of_one_size_are_kept_as_a_proof_against_the_log(tmp_path: Path) -> None:
    witness = _witness(tmp_path)
    _ask(witness, 0, 7)
    assert _ask(witness, 7, 7, _note(7, b"forked")).status is Status.INCONSISTENT
    (found,) = witness.suspicions()
    compared = compare(read_note(found.signed.encode()), read_note(found.shown.encode()), None, _POLICY)
    assert (found.origin, found.noted_at, compared.verdict) == ("log.example", 1234.5, Verdict.SPLIT)
