"""Show that a log has told two stories: two checkpoints that it signed and that cannot both be true.

>>> from stillwatch.evidence.checkpoint import Checkpoint
>>> from stillwatch.evidence.log_signer import LogSigner
>>> from stillwatch.evidence.proof_file import LogPolicy
>>> signer = LogSigner.from_seeds("log.example", bytes(32))
>>> one, other = (signer.sign(Checkpoint("log.example", 5, bytes([n] * 32)), at_s=0) for n in (1, 2))
>>> compare(one, other, None, LogPolicy(origin="log.example", log_keys=signer.verifiers)).verdict
<Verdict.SPLIT: 'split'>

Members of a group hand one another the checkpoints that they were shown, online or in a file. Two of the same size with
different roots are a proof that anybody can check who has the log's keys. Of two sizes somebody must show what the log
of the larger had as its beginning: if that is what the smaller states, they are consistent; if it leads to the larger
and is another one, the two are proved to be of two stories. Where nothing is shown, or it does not lead to the larger,
that is no proof, since whoever asks may have spoilt it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.merkle_proof import check_consistency
from stillwatch.evidence.proof_file import LogPolicy, check_checkpoint

if TYPE_CHECKING:
    from stillwatch.evidence.checkpoint import Checkpoint
    from stillwatch.evidence.signed_note import Note


class Verdict(StrEnum):
    """What two checkpoints of one log say together."""

    SAME = "same"
    CONSISTENT = "consistent"
    """The smaller is the beginning of the larger."""
    UNPROVED = "unproved"
    """They may be; the proof that was shown does not hold, or none was."""
    SPLIT = "split"
    """They cannot both be true, and the log has signed both."""


class Shown(NamedTuple):
    """What the beginning of a larger log is said to be."""

    root: bytes
    path: tuple[bytes, ...]
    """From it to the root of the larger one (RFC 6962 §2.1.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    verdict: Verdict
    because: str
    smaller: Checkpoint
    larger: Checkpoint


def compare(one: Note, other: Note, shown: Shown | None, policy: LogPolicy) -> Compared:
    """Compare two checkpoints of one log.

    Args:
        one: As the log gave it to somebody.
        other: As it gave it to somebody else.
        shown: The beginning of the larger one, as long as the smaller, if anybody has shown it.
        policy: The log's name and keys; its witnesses are not asked for.

    Raises:
        InputError: One is no checkpoint.
        VerificationError: The log has not signed both.
    """
    signed = replace(policy, quorum=0)
    smaller, larger = sorted(
        (check_checkpoint(note, signed).checkpoint for note in (one, other)), key=lambda said: said.size
    )
    if smaller.size == larger.size:
        is_same = smaller.root == larger.root
        because = f"both state {smaller.size:,} leaves" + ("" if is_same else " with different roots")
        return _compared(Verdict.SAME if is_same else Verdict.SPLIT, because, smaller, larger)
    if smaller.size == 0:
        return _compared(Verdict.CONSISTENT, "an empty log is the beginning of any", smaller, larger)
    if shown is None:
        because = f"nobody has shown what the first {smaller.size:,} of the {larger.size:,} leaves are"
        return _compared(Verdict.UNPROVED, because, smaller, larger)
    try:
        check_consistency(smaller.size, shown.root, larger.size, shown.path, larger.root)
    except VerificationError as error:
        return _compared(Verdict.UNPROVED, error.what, smaller, larger)
    if shown.root != smaller.root:
        because = f"the first {smaller.size:,} of the {larger.size:,} leaves are others than the log has signed"
        return _compared(Verdict.SPLIT, because, smaller, larger)
    because = f"the {smaller.size:,} leaves are the first of the {larger.size:,}"
    return _compared(Verdict.CONSISTENT, because, smaller, larger)


def _compared(verdict: Verdict, because: str, smaller: Checkpoint, larger: Checkpoint) -> Compared:
    return Compared(verdict=verdict, because=because, smaller=smaller, larger=larger)
