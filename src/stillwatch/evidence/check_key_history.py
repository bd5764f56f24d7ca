"""Decide what is believed of a history of keys: from the keys that a reader was given to those that count today.

history = check_history(read_history(path.read_bytes()), policy_of(folder))
history.policy.log_keys, history.spans

A reader was given the log's first keys. Where the log changes a key, the *hand-over* is signed by the old key and by
the new one, and the leaf that begins the new key stands in the log that both have signed; so whoever trusts the old one
may trust the new one. Everything else in the history is proved by the newest checkpoint.

What an ended key of the log signs counts for checkpoints that are no larger than that of its hand-over. A *revoked* one
counts only for what a witness signed before it was lost, since a thief can put any number and any date on what he
signs. A thief of a first key can hand over to himself, as if the log had never gone on: that is another history of the
log, which its witnesses do not sign and gossip finds (`evidence.split_view`).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import VerificationError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.key_history import HistoryEntry, KeyHistory, KeySpan
from stillwatch.evidence.key_statement import KeyEvent, KeyRole, statement_bytes, verifier_of
from stillwatch.evidence.leaf_entry import read_entry
from stillwatch.evidence.proof_file import KeyTerm, LogPolicy, check_proof
from stillwatch.evidence.signed_note import by_known, read_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.evidence.key_statement import KeyStatement
    from stillwatch.evidence.proof_file import LogProof

_MEND: Final = "ask whoever keeps the log for the history again"


def check_history(entries: Sequence[HistoryEntry], policy: LogPolicy, where: str = "") -> KeyHistory:
    """Check what a history says, from the keys that the reader has.

    Args:
        entries: As they were read.
        policy: Of the reader. Its witnesses and quorum are asked for where evidence is checked, not here.
        where: For errors.

    Raises:
        InputError: A checkpoint in it is none.
        VerificationError: A statement does not stand in the log, a hand-over was not signed by a key that counted, or
            what is said of a key cannot be.
    """
    follower = LogPolicy(origin=policy.origin, log_keys=policy.log_keys)
    followed: list[tuple[HistoryEntry, LogProof]] = []
    for entry in entries:
        if entry.handover is not None and _is_by_known(entry.handover, follower, where):
            follower = _handed_over(entry, entry.handover, follower, where)
            followed.append((entry, entry.handover))
    leaves = [_checked(entry.statement, entry.proof, follower, where) for entry in entries]
    if leaves != sorted(set(leaves)):
        raise VerificationError("the statements are not in the order of the log", where=where, mend=_MEND)
    spans: dict[tuple[KeyRole, str, bytes], KeySpan] = {}
    for leaf, entry in zip(leaves, entries, strict=True):
        said = entry.statement
        name = (said.role, said.name, said.public)
        spans[name] = told(spans.get(name), said, leaf, where)
    found = tuple(spans.values())
    after = replace(policy, log_keys=follower.log_keys, terms=_terms(found, policy))
    for entry in entries:
        check_proof(entry.proof.extra, entry.proof, replace(after, quorum=0), where)
    for entry, handover in followed:
        check_proof(handover.extra, handover, _elders(after, found, entry.proof.leaf), where)
    return KeyHistory(found, after)


def told(span: KeySpan | None, said: KeyStatement, leaf: int, where: str = "") -> KeySpan:
    """What is known of a key after one more statement.

    Raises:
        VerificationError: It cannot be said of this key: that it ends twice, or ends and never began.
    """
    wrong = ""
    if said.event is KeyEvent.BEGIN and span is not None:
        wrong = "begins twice"
    elif span is not None and span.revoked_leaf is not None:
        wrong = "is spoken of after it was revoked"
    elif said.event is KeyEvent.END and span is not None and span.end_leaf is not None:
        wrong = "ends twice"
    elif span is None and said.event is not KeyEvent.BEGIN and said.role is not KeyRole.LOG:
        wrong = "ends and never began"
    if wrong:
        raise VerificationError(f"key {said.key_id} {wrong}", where=where, mend=_MEND)
    if span is None:
        span = KeySpan(role=said.role, name=said.name, algorithm=said.algorithm, public=said.public)
    span = replace(span, because=said.because)
    if said.event is KeyEvent.BEGIN:
        return replace(span, begin_at=said.at, begin_leaf=leaf)
    if said.event is KeyEvent.END:
        return replace(span, end_at=said.at, end_leaf=leaf)
    return replace(span, revoked_at=said.at, revoked_leaf=leaf)


def _is_by_known(handover: LogProof, follower: LogPolicy, where: str) -> bool:
    """Whether a key bears it that the reader trusts: who was given a later key needs no earlier hand-over."""
    return bool(by_known(read_note(handover.checkpoint, where), follower.log_keys))


def _handed_over(entry: HistoryEntry, handover: LogProof, follower: LogPolicy, where: str) -> LogPolicy:
    """The reader's keys, and the one that a hand-over begins."""
    key = verifier_of(entry.statement)
    if key is None or entry.statement.event is not KeyEvent.BEGIN or key.name != follower.origin:
        raise VerificationError("a hand-over that begins no key of this log", where=where, mend=_MEND)
    _checked(entry.statement, handover, follower, where)
    return follower if key in follower.log_keys else replace(follower, log_keys=(*follower.log_keys, key))


def _checked(said: KeyStatement, proof: LogProof, policy: LogPolicy, where: str) -> int:
    """The number of the leaf that a statement stands in the log as."""
    leaf = read_entry(proof.extra)
    if leaf.kind is not LeafKind.KEY or leaf.sha256 != hashlib.sha256(statement_bytes(said)).hexdigest():
        raise VerificationError(f"the leaf is not of what is said of key {said.key_id}", where=where, mend=_MEND)
    check_proof(proof.extra, proof, policy, where)
    return proof.leaf


def _terms(spans: Sequence[KeySpan], policy: LogPolicy) -> dict[bytes, KeyTerm]:
    """What each key of the log counts for; those that the reader was given began before anything was laid down.

    Keys that end together end in leaves one after another, and all of them sign the checkpoint behind the last.
    """
    given = {key.public for key in policy.log_keys}
    ends = {span.end_leaf for span in spans if span.role is KeyRole.LOG}
    return {
        span.public: KeyTerm(
            after=-1 if span.begin_leaf is None or span.public in given else span.begin_leaf,
            last=None if span.end_leaf is None else _behind(span.end_leaf, ends),
            revoked_at=span.revoked_at,
        )
        for span in spans
        if span.role is KeyRole.LOG and span.name == policy.origin
    }


def _behind(leaf: int, ends: set[int | None]) -> int:
    """The size of the log behind a leaf and those of `ends` that follow it at once."""
    size = leaf + 1
    while size in ends:
        size += 1
    return size


def _elders(policy: LogPolicy, spans: Sequence[KeySpan], leaf: int) -> LogPolicy:
    """The keys that may hand over at a leaf: they began before it, and had not ended or been revoked.

    One that was revoked later may have handed over before; a thief's own hand-over is another history of the log, which
    witnesses do not sign.
    """
    lost = {one.public for one in spans if one.revoked_leaf is not None and one.revoked_leaf < leaf}
    elders = tuple(
        key
        for key in policy.log_keys
        if key.public not in lost and policy.terms.get(key.public, KeyTerm()).after < leaf
    )
    terms = {key: term._replace(revoked_at=None) for key, term in policy.terms.items()}
    return LogPolicy(origin=policy.origin, log_keys=elders, terms=terms)
