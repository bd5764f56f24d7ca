"""End a log and let another one go on where it ended, each of them naming the other: `evidence.succession`.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from datetime import UTC, datetime
>>> with TemporaryDirectory() as folder:
...     old = EvidenceLog.make(Path(folder) / "2026", "log.example/2026", clock=lambda: 0.0)
...     new = EvidenceLog.make(Path(folder) / "2027", "log.example/2027", clock=lambda: 0.0)
...     proved = succeed_log(old, new, at=datetime(2027, 1, 1, tzinfo=UTC))
...     check_succession(read_succession_file((old.folder / SUCCESSOR).read_bytes()), policy_of(old.folder)).origin
'log.example/2027'

What is written beside both logs is the same file. If the process is killed in between, ask for the same again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import SettingsError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.checkpoint import read_checkpoint
from stillwatch.evidence.leaf_entry import entry_of
from stillwatch.evidence.signed_note import read_note
from stillwatch.evidence.succession import (
    ProvedSuccession,
    Succession,
    SuccessionEvent,
    check_succession,
    read_succession_file,
    write_succession_file,
)
from stillwatch.service.evidence.evidence_log import ENDS, EvidenceLog
from stillwatch.service.evidence.log_settings import policy_of
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from stillwatch.evidence.proof_file import LogPolicy, LogProof

SUCCESSOR: Final = "successor.json"
"""Beside the log that ended."""
PREDECESSOR: Final = "predecessor.json"
"""The same beside the one that goes on."""
_CONTINUES: Final = "continues"


def succeed_log(old: EvidenceLog, new: EvidenceLog, *, at: datetime) -> ProvedSuccession:
    """End a log for ever; nothing can be noted in it any more.

    Args:
        old: The one that ends.
        new: One in which nothing is noted yet.
        at: Now.

    Raises:
        SettingsError: The one has ended otherwise, or something is noted in the other.
        OSError: It could not be written.
    """
    keys = new.signer.verifiers
    ends = Succession(SuccessionEvent.ENDS, old.signer.name, new.signer.name, keys=keys)
    last = _noted(old, old.size - 1, ends)
    if last is None:
        if new.size:
            mend = "begin one with: stillwatch log succeed"
            raise SettingsError("something is noted already in what is to follow", where=str(new.folder), mend=mend)
        last = old.note([_leaf(ends, ENDS, at)])[0]
    end_proof = _proof(old, last)
    head = read_checkpoint(read_note(end_proof.checkpoint).text)
    continues = Succession(
        SuccessionEvent.CONTINUES, new.signer.name, old.signer.name, head=head._replace(origin=ends.origin)
    )
    if _noted(new, 0, continues) is None:
        if new.size:
            raise SettingsError("it follows no log", where=str(new.folder), mend="begin another one")
        new.note([_leaf(continues, _CONTINUES, at)])
    proved = ProvedSuccession(ends, end_proof, continues, _proof(new, 0))
    check_succession(proved, policy_of(old.folder), str(old.folder))
    data = write_succession_file(proved)
    write_whole(old.folder / SUCCESSOR, data)
    write_whole(new.folder / PREDECESSOR, data)
    return proved


def follow_succession(file: Path, policy: LogPolicy) -> LogPolicy:
    """From what a reader asks of a log to what it asks of the one that follows it.

    Raises:
        InputError: The file is no succession of logs.
        VerificationError: The two logs do not name each other.
    """
    return check_succession(read_succession_file(file.read_bytes(), str(file)), policy, str(file))


def _leaf(said: Succession, about: str, at: datetime) -> Leaf:
    return Leaf(kind=LeafKind.SUCCESSION, sha256=said.sha256, noted_at=at, about=about)


def _noted(log: EvidenceLog, number: int, said: Succession) -> int | None:
    """The number, where just this is noted there."""
    return number if 0 <= number < log.size and log.leaf(number).sha256 == said.sha256 else None


def _proof(log: EvidenceLog, number: int) -> LogProof:
    return log.prove(number)._replace(extra=entry_of(log.leaf(number)))
