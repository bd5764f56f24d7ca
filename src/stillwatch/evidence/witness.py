r"""What a witness answers a log that asks it to sign a checkpoint: c2sp.org/tlog-witness, without any network.

>>> note = "log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— log AAAAAAA=\n"
>>> submitted = read_submission(f"old 0\n\n{note}".encode())
>>> submitted.old, submitted.checkpoint.size
(0, 0)

A witness remembers the largest checkpoint of each log that it has signed, and signs another one only if a proof shows
that what it signed before is the beginning of it. So no log can show one history to some and another one to others
without one of its witnesses lending a hand.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.evidence.checkpoint import Checkpoint, read_checkpoint
from stillwatch.evidence.merkle_proof import check_consistency
from stillwatch.evidence.proof_file import LogPolicy, check_checkpoint
from stillwatch.evidence.signed_note import read_note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.evidence.signed_note import Note

ADD_CHECKPOINT: Final = "/add-checkpoint"
SIZE_TYPE: Final = "text/x.tlog.size"
_OLD: Final = re.compile(rb"old (0|[1-9][0-9]{0,18})")
_MOST_HASHES: Final = 63
_MEND: Final = "send: old SIZE, the lines of the proof, an empty line, the checkpoint"


class Status(IntEnum):
    """Of the answer, as HTTP has it."""

    SIGNED = 200
    MALFORMED = 400
    """No submission, or an old size that is larger than the new one."""
    NOT_SIGNED = 403
    """No key of the log has signed it."""
    UNKNOWN = 404
    """A log that this witness does not watch."""
    BEHIND = 409
    """The old size is not the one that was signed last; the answer says which was."""
    INCONSISTENT = 422
    """The proof does not hold: what was signed last is not the beginning of it."""


class Submission(NamedTuple):
    old: int
    path: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    status: Status
    because: str
    is_suspicious: bool = False
    """The log has signed what cannot be: keep the submission, it may prove that the log misbehaves."""


def read_submission(data: bytes) -> Submission:
    """Take a submission apart; checks no signature.

    Raises:
        InputError: It is none.
    """
    head, blank, note_bytes = data.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    old = _OLD.fullmatch(first)
    if old is None or not blank or len(lines) > _MOST_HASHES:
        raise InputError("no submission to a witness", mend=_MEND)
    try:
        path = tuple(base64.b64decode(line, validate=True) for line in lines)
    except binascii.Error as error:
        raise InputError("a line of the proof is no base64", mend=_MEND) from error
    note = read_note(note_bytes)
    return Submission(int(old[1]), path, note, read_checkpoint(note.text))


def write_submission(old: int, path: list[bytes], note: Note) -> bytes:
    """What a log sends."""
    lines = [b"old %d" % old, *map(base64.b64encode, path)]
    return b"\n".join(lines) + b"\n\n" + str(note).encode()


def policy_for(submission: Submission, logs: Mapping[str, LogPolicy]) -> LogPolicy | Refusal:
    """Whose keys must have signed it; a refusal where they have not, before anything is looked up."""
    policy = logs.get(submission.checkpoint.origin)
    if policy is None:
        return Refusal(status=Status.UNKNOWN, because=f"no log {submission.checkpoint.origin!r} is watched here")
    try:
        check_checkpoint(submission.note, policy)
    except VerificationError as error:
        return Refusal(status=Status.NOT_SIGNED, because=error.what)
    if submission.old > submission.checkpoint.size:
        because = f"the old size is {submission.old}, the new one {submission.checkpoint.size}"
        return Refusal(status=Status.MALFORMED, because=because)
    return policy


def judge(submission: Submission, latest: Checkpoint | None) -> Refusal | None:
    """Why a checkpoint, signed by its log, is not signed here; None if it is.

    Args:
        submission: For which `policy_for` gave a policy.
        latest: What was signed last of this log; whoever calls has it locked until the new one is written down.
    """
    said = submission.checkpoint
    size = latest.size if latest else 0
    if submission.old != size:
        return Refusal(status=Status.BEHIND, because=f"{size}\n")
    if latest is None or size == 0:
        if submission.path:
            return Refusal(status=Status.INCONSISTENT, because="an empty log needs no proof")
        return None
    try:
        check_consistency(size, latest.root, said.size, submission.path, said.root)
    except VerificationError as error:
        return Refusal(status=Status.INCONSISTENT, because=error.what, is_suspicious=said.size == size)
    return None
