"""Compare what members of a group were shown of logs: whoever was shown another story finds out.

gossip = Gossip(Path("gossip.db"), read_watched_logs(Path("logs.toml")), clock=time.time)
for heard in gossip.hear(read_told_heads(data), by="peer.example"):
    heard.verdict, heard.because
write_told_heads(gossip.tell(log))

A checkpoint counts that its log has signed. It is compared with the next smaller and the next larger one that is known:
of one size with other roots, they prove that the log told two stories; of different sizes, somebody shows what the
larger log began with: whoever told of it, or the log itself where it is published. What nothing connects waits, and is
looked at again with whatever is heard later. A proof is kept for ever, with both checkpoints.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError, PeerError, StillwatchError
from stillwatch.evidence.checkpoint import read_checkpoint
from stillwatch.evidence.proof_file import check_checkpoint
from stillwatch.evidence.signed_note import read_note
from stillwatch.evidence.split_view import Verdict, compare
from stillwatch.evidence.told_heads import ToldBeginning, ToldHeads
from stillwatch.service.evidence.log_copy import beginning_of
from stillwatch.service.sqlite_file import SqliteKind, open_sqlite

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from stillwatch.evidence.checkpoint import Checkpoint
    from stillwatch.evidence.signed_note import Note
    from stillwatch.evidence.split_view import Compared, Shown
    from stillwatch.service.evidence.evidence_log import EvidenceLog
    from stillwatch.service.evidence.watched_logs import WatchedLog

_KIND: Final = SqliteKind(
    application=0x73776767,
    version=1,
    tables="evidence/gossip.sql",
    noun="memory of what was told of logs",
    name="memory",
    wait_s=10.0,
    is_audited=False,
)
_NEIGHBOURS: Final = """
SELECT size, note FROM heads WHERE origin = :origin AND size = :size AND root <> :root
UNION ALL SELECT * FROM (
    SELECT size, note FROM heads
    WHERE origin = :origin AND size < :size AND is_connected ORDER BY size DESC LIMIT 1)
UNION ALL SELECT * FROM (
    SELECT size, note FROM heads
    WHERE origin = :origin AND size > :size AND is_connected ORDER BY size LIMIT 1)
"""
_UNFITTING: Final = """
SELECT note FROM heads WHERE NOT is_connected UNION SELECT one FROM splits UNION SELECT other FROM splits
"""
_OURSELVES: Final = "ourselves"
_MOST_TOLD: Final = 64
"""Earlier heads of our own log whose connection to the newest is told."""


class Heard(NamedTuple):
    origin: str
    size: int
    verdict: Verdict | None
    """None: it counts for nothing here."""
    because: str


class Split(NamedTuple):
    """Two checkpoints that a log has signed and that cannot both be true."""

    origin: str
    one: str
    other: str
    because: str
    heard_from: str
    found_at: float


class Gossip:
    """Remembers, in a file of SQLite.

    Args:
        file: Made where there is none.
        watched: The logs that are known, with their keys.
        clock: Seconds since 1970 UTC.

    Raises:
        InputError: The file is another program's.
        SettingsError: It cannot be opened or made.
    """

    def __init__(self, file: Path, watched: Iterable[WatchedLog], *, clock: Callable[[], float]) -> None:
        self._file = file
        self._watched = {one.policy.origin: one for one in watched}
        self._clock = clock
        self._opened().close()

    def hear(self, told: ToldHeads, *, by: str) -> tuple[Heard, ...]:
        """Take in what somebody tells; what was heard and not connected before is looked at again."""
        shown = {(one.origin, one.old, one.size): one.shown for one in told.beginnings}
        with closing(self._opened()) as state:
            state.execute("BEGIN IMMEDIATE")
            waiting = state.execute(
                "SELECT note, heard_from FROM heads WHERE NOT is_connected ORDER BY size"
            ).fetchall()
            found = [self._hear(state, note, by, shown) for note in told.notes]
            known = {one.because for one in found}
            again = [self._hear(state, note.encode(), who, shown) for note, who in waiting]
            state.execute("COMMIT")
        return (*found, *(one for one in again if one.verdict is Verdict.SPLIT and one.because not in known))

    def tell(self, own: EvidenceLog | None = None) -> ToldHeads:
        """The newest that was heard of each log, and whatever does not fit to it.

        Of our own log, what connects its newest head to those that were told before is told too.
        """
        beginnings: list[ToldBeginning] = []
        with closing(self._opened()) as state:
            if own is not None:
                beginnings = self._note_own(state, own)
            newest = "SELECT note, max(size) FROM heads WHERE is_connected GROUP BY origin ORDER BY origin"
            notes = [row[0].encode() for row in (*state.execute(newest), *state.execute(_UNFITTING))]
        return ToldHeads(tuple(dict.fromkeys(notes)), tuple(beginnings))

    def splits(self) -> tuple[Split, ...]:
        """All that were ever found."""
        with closing(self._opened()) as state:
            rows = state.execute(
                "SELECT origin, one, other, because, heard_from, found_at FROM splits ORDER BY found_at"
            )
            return tuple(Split(*row) for row in rows)

    def waiting(self) -> tuple[Heard, ...]:
        """What nothing connects to the rest so far."""
        with closing(self._opened()) as state:
            rows = state.execute("SELECT origin, size FROM heads WHERE NOT is_connected ORDER BY origin, size")
            because = "nothing that was shown connects it to the others"
            return tuple(Heard(origin, size, Verdict.UNPROVED, because) for origin, size in rows)

    def _hear(
        self, state: sqlite3.Connection, data: bytes, by: str, shown: Mapping[tuple[str, int, int], Shown]
    ) -> Heard:
        try:
            note = read_note(data)
            said = read_checkpoint(note.text)
            watched = self._watched.get(said.origin)
            if watched is None:
                return Heard(said.origin, said.size, None, "no log that is watched here")
            check_checkpoint(note, watched.policy)
        except StillwatchError as error:
            return Heard("", 0, None, error.what)
        known = "SELECT 1 FROM heads WHERE origin = ? AND size = ? AND root = ? AND is_connected"
        if state.execute(known, (said.origin, said.size, said.root)).fetchone():
            return Heard(said.origin, said.size, Verdict.SAME, "it was heard of before")
        found = self._against_others(state, note, said, watched, shown)
        verdict = Verdict.SAME
        for other, one in found:
            if one.verdict is Verdict.SPLIT:
                row = (said.origin, *sorted((str(note), other)), one.because, by, self._clock())
                state.execute("INSERT OR IGNORE INTO splits VALUES (?, ?, ?, ?, ?, ?)", row)
                return Heard(said.origin, said.size, Verdict.SPLIT, one.because)
            verdict = max(verdict, one.verdict, key=list(Verdict).index)
        is_connected = verdict is not Verdict.UNPROVED
        state.execute(
            "INSERT INTO heads VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET is_connected = max(is_connected, excluded.is_connected)",
            (said.origin, said.size, said.root, str(note), by, self._clock(), is_connected),
        )
        because = next((one.because for _, one in found if one.verdict is verdict), "the first that is heard of it")
        return Heard(said.origin, said.size, verdict, because)

    def _against_others(
        self,
        state: sqlite3.Connection,
        note: Note,
        said: Checkpoint,
        watched: WatchedLog,
        shown: Mapping[tuple[str, int, int], Shown],
    ) -> list[tuple[str, Compared]]:
        """What it says together with others of its size, and with the next smaller and the next larger one."""
        found = []
        for size, other in state.execute(_NEIGHBOURS, {"origin": said.origin, "size": said.size, "root": said.root}):
            old, larger = sorted((size, said.size))
            beginning = shown.get((said.origin, old, larger)) or _asked(watched.source, old, larger)
            found.append((other, compare(note, read_note(other.encode()), beginning, watched.policy)))
        return found

    def _note_own(self, state: sqlite3.Connection, own: EvidenceLog) -> list[ToldBeginning]:
        """Remember our own newest head, and connect it to those that were told before."""
        note = own.checkpoint()
        said = read_checkpoint(note.text)
        row = (said.origin, said.size, said.root, str(note), _OURSELVES, self._clock(), True)
        state.execute("INSERT OR IGNORE INTO heads VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        earlier = state.execute(
            "SELECT DISTINCT size FROM heads WHERE origin = ? AND size BETWEEN 1 AND ? ORDER BY size DESC LIMIT ?",
            (said.origin, said.size - 1, _MOST_TOLD),
        ).fetchall()
        return [
            ToldBeginning(said.origin, old, said.size, beginning_of(str(own.folder), old, said.size))
            for (old,) in earlier
        ]

    def _opened(self) -> sqlite3.Connection:
        return open_sqlite(self._file, _KIND)


def _asked(source: str, old: int, size: int) -> Shown | None:
    """What a log shows of itself where it is published; None where it shows nothing."""
    if not source or not 0 < old < size:
        return None
    try:
        return beginning_of(source, old, size)
    except (InputError, PeerError, OSError):
        return None
