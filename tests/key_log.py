"""A log in memory that changes its keys: what is noted, who signs, and the history that it would hand out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.key_history import HistoryEntry
from stillwatch.evidence.key_statement import KeyEvent, KeyRole, KeyStatement, leaf_of_statement, log_key
from stillwatch.evidence.leaf_entry import entry_of
from stillwatch.evidence.log_signer import LogSigner
from stillwatch.evidence.merkle_tree import inclusion_path, leaf_hash, root_of
from stillwatch.evidence.proof_file import LogPolicy, LogProof
from stillwatch.evidence.signed_note import Note

if TYPE_CHECKING:
    from collections.abc import Sequence

ORIGIN = "log.example"
AT = datetime(2026, 11, 22, tzinfo=UTC)


def signer(number: int) -> LogSigner:
    """The log's keys of that number."""
    return LogSigner.from_seeds(ORIGIN, bytes([number] * 32))


def policy_by(number: int, **more: object) -> LogPolicy:
    """Of a reader who was given the keys of that number."""
    return LogPolicy(origin=ORIGIN, log_keys=signer(number).verifiers, **more)  # type: ignore[arg-type]  # fields


def told(event: KeyEvent, number: int = 9, *, role: KeyRole = KeyRole.CUSTODY, at: datetime = AT) -> KeyStatement:
    """A statement about a key that is none of the log's."""
    public = bytes([number] * 32)
    return KeyStatement(event=event, role=role, name="lab", algorithm="ed25519", public=public, at=at, because="why")


@dataclass
class KeyLog:
    signers: tuple[LogSigner, ...] = (signer(0),)
    entries: list[bytes] = field(default_factory=list)
    noted: list[tuple[KeyStatement, int, LogProof | None]] = field(default_factory=list)

    def note(self, *said: KeyStatement) -> None:
        for one in said:
            self.noted.append((one, len(self.entries), None))
            self.entries.append(entry_of(leaf_of_statement(one, noted_at=one.at)))

    def rotate(self, number: int, *, at: datetime = AT) -> None:
        """Hand over to the keys of that number."""
        before, after = self.signers[-1], signer(number)
        first = len(self.noted)
        self.note(log_key(KeyEvent.BEGIN, after.verifiers[0], at), log_key(KeyEvent.END, before.verifiers[0], at))
        said, leaf, _ = self.noted[first]
        self.noted[first] = said, leaf, self.prove(leaf, (before, after))
        self.signers = (after,)

    def checkpoint(self, by: Sequence[LogSigner] = (), size: int | None = None) -> Note:
        leaves = [leaf_hash(one) for one in self.entries[:size]]
        said = Checkpoint(ORIGIN, len(leaves), root_of(leaves))
        signatures = [sig for one in by or self.signers for sig in one.sign(said, at_s=0).signatures]
        return Note(str(said), tuple(signatures))

    def prove(self, leaf: int, by: Sequence[LogSigner] = (), size: int | None = None) -> LogProof:
        leaves = [leaf_hash(one) for one in self.entries[:size]]
        path = inclusion_path(lambda level, at: root_of(leaves[at << level : (at + 1) << level]), leaf, len(leaves))
        return LogProof(leaf, tuple(path), str(self.checkpoint(by, size)).encode(), self.entries[leaf])

    def history(self) -> tuple[HistoryEntry, ...]:
        return tuple(HistoryEntry(said, self.prove(leaf), handover) for said, leaf, handover in self.noted)
