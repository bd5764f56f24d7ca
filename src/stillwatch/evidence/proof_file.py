r"""A proof that something stands in a log, as one file that is checked without the log: c2sp.org/tlog-proof.

>>> from stillwatch.evidence.merkle_tree import leaf_hash
>>> proof = read_proof(write_proof(LogProof(0, (), b"log\n1\n..., signed")))
>>> proof.leaf, proof.checkpoint
(0, b'log\n1\n..., signed')

What makes it evidence is the reader's policy: which log it must be, by which key, and how many of which witnesses must
have seen it. A policy that asks for nothing is refused (`check_proof`).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.checkpoint import read_checkpoint
from stillwatch.evidence.cosignature import cosignatures
from stillwatch.evidence.merkle_proof import check_inclusion
from stillwatch.evidence.merkle_tree import HASH_BYTES, leaf_hash
from stillwatch.evidence.signed_note import SignatureType, read_note, verified_signatures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.evidence.checkpoint import Checkpoint
    from stillwatch.evidence.cosignature import Cosigned
    from stillwatch.evidence.signed_note import Note, Verifier

SUFFIX: Final = ".tlog-proof"
_FIRST: Final = b"c2sp.org/tlog-proof@v1"
_INDEX: Final = re.compile(rb"index (0|[1-9][0-9]{0,18})")
_MEND: Final = "ask whoever keeps the log for it again"
_MOST_HASHES: Final = 64


class LogProof(NamedTuple):
    leaf: int
    """Its number in the log, from 0."""
    path: tuple[bytes, ...]
    checkpoint: bytes
    """The signed note, as the log gave it."""
    extra: bytes = b""
    """Whatever came along; nobody has signed it."""


class KeyTerm(NamedTuple):
    """What a key of the log counts for, see `evidence.key_history`."""

    after: int = -1
    """Checkpoints of more leaves than that."""
    last: int | None = None
    """And of so many at most."""
    revoked_at: datetime | None = None
    """Since then it may have been in wrong hands: known witnesses must have signed before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPolicy:
    """What a reader asks of a log."""

    origin: str
    log_keys: tuple[Verifier, ...]
    """One of them must have signed; several, where the log has changed its key."""
    witnesses: tuple[Verifier, ...] = ()
    quorum: int = 0
    """So many different witnesses, by name, must have signed too."""
    terms: Mapping[bytes, KeyTerm] = field(default_factory=dict)
    """Public key of the log → what it counts for; one that is not here counts for all."""


class Witnessed(NamedTuple):
    checkpoint: Checkpoint
    cosigned: tuple[Cosigned, ...]


def write_proof(proof: LogProof) -> bytes:
    lines = [_FIRST]
    if proof.extra:
        lines.append(b"extra " + base64.b64encode(proof.extra))
    lines.append(b"index %d" % proof.leaf)
    lines.extend(base64.b64encode(one) for one in proof.path)
    return b"\n".join(lines) + b"\n\n" + proof.checkpoint


def read_proof(data: bytes, where: str = "") -> LogProof:
    """Take a proof apart; checks nothing.

    Raises:
        InputError: It is none.
    """
    head, blank, checkpoint = data.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    if first != _FIRST or not blank:
        raise InputError("no proof of a transparency log", where=where, mend=_MEND)
    extra = _decoded(lines.pop(0)[6:], where) if lines and lines[0].startswith(b"extra ") else b""
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None or len(lines) > _MOST_HASHES:
        raise InputError("a proof without an index, or with too many hashes", where=where, mend=_MEND)
    path = tuple(_decoded(line, where) for line in lines)
    if any(len(one) != HASH_BYTES for one in path):
        raise InputError(f"a hash that is not {HASH_BYTES} bytes long", where=where, mend=_MEND)
    return LogProof(int(index[1]), path, checkpoint, extra)


def check_proof(entry: bytes, proof: LogProof, policy: LogPolicy, where: str = "") -> Witnessed:
    """Check that an entry stands in the log that the policy names.

    Raises:
        InputError: The checkpoint is none.
        VerificationError: It does not, or the log or its witnesses have not signed as the policy asks.
    """
    found = check_checkpoint(read_note(proof.checkpoint, where), policy, where)
    size, root = found.checkpoint.size, found.checkpoint.root
    check_inclusion(leaf_hash(entry), proof.leaf, size, proof.path, root)
    return found


def check_checkpoint(note: Note, policy: LogPolicy, where: str = "") -> Witnessed:
    """Check who has signed a checkpoint.

    Raises:
        InputError: It is none.
        VerificationError: Not who the policy asks for.
    """
    if not policy.log_keys or not policy.origin:
        raise VerificationError("a policy that names no log or no key of it is none", where=where)
    checkpoint = read_checkpoint(note.text, where)
    if checkpoint.origin != policy.origin:
        raise VerificationError(f"of the log {checkpoint.origin!r}, not of {policy.origin!r}", where=where)
    signers = _signers(note, checkpoint, policy, where)
    cosigned = cosignatures(note, policy.witnesses)
    names = {one.key.name for one in cosigned}
    if len(names) < policy.quorum:
        raise VerificationError(f"{len(names)} known witnesses have signed, not {policy.quorum}", where=where)
    _refuse_revoked(signers, cosigned, policy, where)
    return Witnessed(checkpoint, cosigned)


def _signers(note: Note, checkpoint: Checkpoint, policy: LogPolicy, where: str) -> tuple[Verifier, ...]:
    """The keys of the log that have signed, of those that count for a checkpoint of this size."""
    first = tuple(key for key in policy.log_keys if key.kind is SignatureType.ED25519)
    signed = [one.key for one in verified_signatures(note, first)] if first else []
    signed += [one.key for one in cosignatures(note, policy.log_keys)]
    if not signed:
        raise VerificationError("no known key of the log has signed", where=where)
    counting = tuple(key for key in signed if _counts(policy.terms.get(key.public, KeyTerm()), checkpoint.size))
    if not counting:
        why = f"for {checkpoint.size:,} leaves no key counts that has signed: the log has changed its keys"
        raise VerificationError(why, where=where)
    return counting


def _counts(term: KeyTerm, size: int) -> bool:
    return term.after < size and (term.last is None or size <= term.last)


def _refuse_revoked(
    signers: tuple[Verifier, ...], cosigned: tuple[Cosigned, ...], policy: LogPolicy, where: str
) -> None:
    """A thief can sign any checkpoint: it counts where so many witnesses as are asked for signed it before he could."""
    revoked = [policy.terms[key.public].revoked_at for key in signers if key.public in policy.terms]
    lost = [at for at in revoked if at is not None]
    if len(lost) < len(signers):
        return
    early = {one.key.name for one in cosigned if datetime.fromtimestamp(one.at_s, UTC) < min(lost)}
    if len(early) < max(1, policy.quorum):
        mend = "ask whoever keeps the log for the proof again: what was noted stands there still, under a newer key"
        raise VerificationError("signed with a key of the log that was revoked", where=where, mend=mend)


def _decoded(line: bytes, where: str) -> bytes:
    try:
        return base64.b64decode(line, validate=True)
    except binascii.Error as error:
        raise InputError("a line that is no base64", where=where, mend=_MEND) from error
