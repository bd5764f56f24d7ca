"""A witness of logs: remembers what it signed last of each, on disk, before it tells anybody.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.evidence.cosignature import cosignatures
>>> from stillwatch.evidence.log_signer import LogSigner
>>> from stillwatch.evidence.merkle_tree import EMPTY_ROOT
>>> from stillwatch.evidence.proof_file import LogPolicy
>>> from stillwatch.evidence.witness import write_submission
>>> from stillwatch.evidence.checkpoint import Checkpoint
>>> from stillwatch.service.evidence.witness_keys import WitnessSigner
>>> log = LogSigner.from_seeds("log.example", bytes(32))
>>> policy = LogPolicy(origin="log.example", log_keys=log.verifiers)
>>> with TemporaryDirectory() as folder:
...     signer = WitnessSigner.from_seeds("w.example", bytes([1] * 32), bytes([1] * 32))
...     witness = Witness(Path(folder) / "witness.db", signer, [policy], clock=lambda: 5.0)
...     note = log.sign(Checkpoint("log.example", 0, EMPTY_ROOT), at_s=0)
...     witness.add_checkpoint(write_submission(0, [], note)).status
<Status.SIGNED: 200>
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.witness import SIZE_TYPE, Refusal, Status, judge, policy_for, read_submission
from stillwatch.service.sqlite_file import SqliteKind, open_sqlite

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from stillwatch.evidence.proof_file import LogPolicy
    from stillwatch.evidence.witness import Submission
    from stillwatch.service.evidence.witness_keys import WitnessSigner

_KIND: Final = SqliteKind(
    application=0x73777769,
    version=1,
    tables="evidence/witness.sql",
    noun="memory of a witness",
    name="memory",
    wait_s=10.0,
    is_audited=False,
)
_PLAIN: Final = "text/plain; charset=utf-8"


class WitnessAnswer(NamedTuple):
    status: Status
    body: bytes
    content_type: str = _PLAIN


class Suspicion(NamedTuple):
    """Two checkpoints of one size and different roots that a log has signed: proof against it."""

    origin: str
    noted_at: float
    signed: str
    """What this witness signed before, as the log's note."""
    shown: str


class Witness:
    """Of the logs that it is told to watch, and of no other.

    Args:
        file: SQLite; where a lost one is replaced by an empty one the witness could be led to sign two histories, so it
            is to be kept as a key is.
        signer: Signs in the witness's own name.
        logs: Names and keys of the logs.
        clock: Seconds since 1970 UTC.

    Raises:
        InputError: The file is another program's.
        SettingsError: It cannot be opened or made.
    """

    def __init__(
        self, file: Path, signer: WitnessSigner, logs: Iterable[LogPolicy], *, clock: Callable[[], float]
    ) -> None:
        self._file = file
        self._signer = signer
        self._logs = {one.origin: one for one in logs}
        self._clock = clock
        self._opened().close()

    def add_checkpoint(self, data: bytes) -> WitnessAnswer:
        """Answer a submission; what is signed lies on the disk before this returns."""
        try:
            submission = read_submission(data)
        except InputError as error:
            return WitnessAnswer(Status.MALFORMED, f"{error}\n".encode())
        policy = policy_for(submission, self._logs)
        if isinstance(policy, Refusal):
            return _refused(policy)
        refusal = self._take(submission)
        if refusal is not None:
            return _refused(refusal)
        signatures = self._signer.sign(submission.checkpoint, at_s=int(self._clock()))
        return WitnessAnswer(Status.SIGNED, "".join(f"{one}\n" for one in signatures).encode())

    def latest(self, origin: str) -> Checkpoint | None:
        """What was signed last of a log."""
        with closing(self._opened()) as state:
            return _latest(state, origin)

    def suspicions(self) -> tuple[Suspicion, ...]:
        """What logs have signed that cannot be."""
        with closing(self._opened()) as state:
            rows = state.execute("SELECT origin, noted_at, signed, shown FROM suspicions ORDER BY noted_at")
            return tuple(Suspicion(*row) for row in rows)

    def _take(self, submission: Submission) -> Refusal | None:
        """Compare and write down in one transaction, so that of two that come at once the later sees the earlier."""
        said = submission.checkpoint
        with closing(self._opened()) as state:
            state.execute("BEGIN IMMEDIATE")
            latest = _latest(state, said.origin)
            refusal = judge(submission, latest)
            if refusal is None:
                row = (said.origin, said.size, said.root, str(submission.note))
                state.execute("INSERT OR REPLACE INTO signed (origin, size, root, note) VALUES (?, ?, ?, ?)", row)
            elif refusal.is_suspicious:
                state.execute(
                    "INSERT INTO suspicions (origin, noted_at, signed, shown) SELECT origin, ?, note, ? FROM signed "
                    "WHERE origin = ?",
                    (self._clock(), str(submission.note), said.origin),
                )
            state.execute("COMMIT")
        return refusal

    def _opened(self) -> sqlite3.Connection:
        return open_sqlite(self._file, _KIND)


def _latest(state: sqlite3.Connection, origin: str) -> Checkpoint | None:
    row = state.execute("SELECT size, root FROM signed WHERE origin = ?", (origin,)).fetchone()
    return None if row is None else Checkpoint(origin, row[0], bytes(row[1]))


def _refused(refusal: Refusal) -> WitnessAnswer:
    if refusal.status is Status.BEHIND:
        return WitnessAnswer(refusal.status, refusal.because.encode(), SIZE_TYPE)
    return WitnessAnswer(refusal.status, f"{refusal.because}\n".encode())
