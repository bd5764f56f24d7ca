"""From the keys that a reader was given to those that count today; what thieves of old keys try."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from key_log import AT, ORIGIN, KeyLog, policy_by, signer, told
from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.check_key_history import check_history
from stillwatch.evidence.checkpoint import Checkpoint, read_checkpoint
from stillwatch.evidence.key_history import HistoryEntry
from stillwatch.evidence.key_statement import KeyEvent, KeyRole, log_key
from stillwatch.evidence.proof_file import LogProof, check_checkpoint, check_proof
from stillwatch.service.evidence.witness_keys import WitnessSigner

if TYPE_CHECKING:
    from stillwatch.evidence.signed_note import Note

_DAY = timedelta(days=1)


def _twice_rotated() -> KeyLog:
    log = KeyLog()
    log.note(told(KeyEvent.BEGIN, 9))
    log.rotate(1)
    log.note(told(KeyEvent.END, 9, at=AT + _DAY), told(KeyEvent.BEGIN, 8, role=KeyRole.EXPORT))
    log.rotate(2)
    log.note(told(KeyEvent.REVOKE, 8, role=KeyRole.EXPORT, at=AT + _DAY))
    return log


@pytest.mark.parametrize(("given", "followed"), [(0, [0, 1, 2]), (1, [1, 2]), (2, [2])])
def test_a_reader_of_any_time_comes_to_the_present_key(given: int, followed: list[int]) -> None:
    log = _twice_rotated()
    found = check_history(log.history(), policy_by(given))
    assert found.policy.log_keys == tuple(signer(number).verifiers[0] for number in followed)
    check_checkpoint(log.checkpoint(), found.policy)


def test_spans_of_all_keys() -> None:
    spans = check_history(_twice_rotated().history(), policy_by(0)).spans
    told_of = [(one.role.value, one.public[0], one.begin_leaf, one.end_leaf, one.revoked_leaf) for one in spans]
    log = [signer(number).verifiers[0].public[0] for number in range(3)]
    assert told_of == [
        ("custody", 9, 0, 3, None),
        ("log", log[1], 1, 6, None),
        ("log", log[0], None, 2, None),
        ("export", 8, 4, None, 7),
        ("log", log[2], 5, None, None),
    ]


def test_nothing_said_means_that_the_first_keys_count_for_all() -> None:
    log = KeyLog()
    log.note(told(KeyEvent.BEGIN))
    found = check_history((), policy_by(0))
    assert found.spans == ()
    check_checkpoint(log.checkpoint(), found.policy)


def test_an_ended_key_counts_for_what_it_signed_and_for_no_more() -> None:
    log = _twice_rotated()
    policy = check_history(log.history(), policy_by(0)).policy
    old = signer(0)
    for size in (1, 3):
        check_checkpoint(log.checkpoint([old], size), policy)
    for size in (4, 8):
        with pytest.raises(VerificationError, match="changed its keys"):
            check_checkpoint(log.checkpoint([old], size), policy)
    with pytest.raises(VerificationError, match="changed its keys"):
        check_checkpoint(log.checkpoint([signer(1)], 1), policy)


def test_the_thief_of_an_ended_key_hands_over_to_nobody() -> None:
    log = _twice_rotated()
    thief = signer(7)
    log.note(log_key(KeyEvent.BEGIN, thief.verifiers[0], AT))
    said, leaf, _ = log.noted[-1]
    entries = log.history()
    forged = HistoryEntry(said, log.prove(leaf), log.prove(leaf, (signer(0), thief)))
    with pytest.raises(VerificationError, match="changed its keys"):
        check_history((*entries[:-1], forged), policy_by(0))
    # Whoever was given the second key never looks at what the first one signs, and does not follow.
    assert check_history((*entries[:-1], forged), policy_by(1)).policy.log_keys[-1] == signer(2).verifiers[0]


def test_a_key_that_was_revoked_counts_for_what_a_witness_saw_before() -> None:
    log = KeyLog()
    log.note(told(KeyEvent.BEGIN))
    before = log.checkpoint()
    log.rotate(1)
    log.note(log_key(KeyEvent.REVOKE, signer(0).verifiers[0], AT + _DAY, "stolen"))
    witness = WitnessSigner.from_seeds("w.example", bytes([5] * 32))
    asked = policy_by(0, witnesses=witness.verifiers)
    policy = check_history(log.history(), asked).policy
    early, late = (int((AT + days * _DAY).timestamp()) for days in (0, 2))
    said = read_checkpoint(before.text)
    for at_s, holds in ((early, True), (late, False)):
        seen = before._replace(signatures=(*before.signatures, *witness.sign(said, at_s=at_s)))
        if holds:
            check_checkpoint(seen, policy)
        else:
            with pytest.raises(VerificationError, match="revoked"):
                check_checkpoint(seen, policy)
    with pytest.raises(VerificationError, match="revoked"):
        check_checkpoint(before, policy)
    check_checkpoint(log.checkpoint(), policy)


def test_a_key_that_was_revoked_hands_over_no_more() -> None:
    log = KeyLog()
    log.note(told(KeyEvent.BEGIN))
    thief, old = signer(7), signer(0).verifiers[0]
    for is_revoked in (False, True):
        if is_revoked:
            log.note(log_key(KeyEvent.REVOKE, old, AT, "stolen"))
        log.note(log_key(KeyEvent.BEGIN, thief.verifiers[0], AT))
        said, leaf, _ = log.noted.pop()
        forged = HistoryEntry(said, log.prove(leaf, (thief,)), log.prove(leaf, (signer(0), thief)))
        entries = tuple(HistoryEntry(said, log.prove(leaf, (thief,))) for said, leaf, _ in log.noted)
        if is_revoked:
            with pytest.raises(VerificationError, match=r"no key of it|no known key"):
                check_history((*entries, forged), policy_by(0))
        else:
            # Nothing tells it from an honest change, but that no witness signs it.
            check_history((*entries, forged), policy_by(0))
        log.entries.pop()


def test_quorum_is_asked_of_evidence_and_not_of_the_history() -> None:
    log = _twice_rotated()
    asked = policy_by(0, quorum=1)
    policy = check_history(log.history(), asked).policy
    with pytest.raises(VerificationError, match="witnesses"):
        check_proof(log.entries[0], log.prove(0), policy)


def _swapped(entries: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    return (entries[1], entries[0], *entries[2:])


def _of_another_leaf(entries: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    return (HistoryEntry(entries[0].statement, entries[3].proof), *entries[1:])


def _renumbered(entries: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    return (HistoryEntry(entries[0].statement, entries[0].proof._replace(leaf=1)), *entries[1:])


def _restated(entries: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    return (replace(entries[0], statement=replace(entries[0].statement, because="another")), *entries[1:])


def _without_handover(entries: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    return tuple(replace(one, handover=None) for one in entries)


def _handover_of_another(entries: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    return (replace(entries[0], handover=entries[1].handover), *entries[1:])


def _forged_root(entries: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    forged = signer(2).sign(Checkpoint(ORIGIN, 8, bytes(32)), at_s=0)
    return (HistoryEntry(entries[0].statement, _under(entries[0].proof, forged)), *entries[1:])


def _broken_signature(entries: tuple[HistoryEntry, ...]) -> tuple[HistoryEntry, ...]:
    changed = entries[0].proof.checkpoint.replace(b"log.example\n8\n", b"log.example\n9\n")
    return (HistoryEntry(entries[0].statement, entries[0].proof._replace(checkpoint=changed)), *entries[1:])


def _under(proof: LogProof, note: Note) -> LogProof:
    return proof._replace(checkpoint=str(note).encode())


@pytest.mark.parametrize(
    "change",
    [
        *(_swapped, _of_another_leaf, _renumbered, _restated, _without_handover, _handover_of_another),
        *(_forged_root, _broken_signature),
    ],
    ids=lambda change: change.__name__.strip("_"),
)
def test_a_changed_history_is_refused(change) -> None:  # type: ignore[no-untyped-def]  # one of those above
    entries = _twice_rotated().history()
    with pytest.raises((InputError, VerificationError)):
        check_history(change(entries), policy_by(0))


@pytest.mark.parametrize(
    "events",
    [
        (KeyEvent.END,),
        (KeyEvent.REVOKE,),
        (KeyEvent.BEGIN, KeyEvent.BEGIN),
        (KeyEvent.BEGIN, KeyEvent.END, KeyEvent.END),
        (KeyEvent.BEGIN, KeyEvent.END, KeyEvent.BEGIN),
        (KeyEvent.BEGIN, KeyEvent.REVOKE, KeyEvent.END),
        (KeyEvent.BEGIN, KeyEvent.REVOKE, KeyEvent.REVOKE),
    ],
    ids=lambda events: "-".join(one.value for one in events),
)
def test_what_cannot_be_said_of_one_key(events: tuple[KeyEvent, ...]) -> None:
    log = KeyLog()
    log.note(*(told(event, at=AT + number * _DAY) for number, event in enumerate(events)))
    with pytest.raises(VerificationError, match=r"key [0-9a-f]{16} "):
        check_history(log.history(), policy_by(0))
