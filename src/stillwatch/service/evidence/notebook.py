"""What an installation notes of what it does: in full here, as digests in its transparency log.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from stillwatch.service.evidence.evidence_log import EvidenceLog
>>> with TemporaryDirectory() as folder:
...     log = EvidenceLog.make(Path(folder) / "e", "log.lab.example/2026", clock=lambda: 0.0)
...     book = Notebook(log, clock=lambda: 0.0)
...     leaves = book.note([Statement(kind=LeafKind.ACCESS, body={"who": "Ada"}, about="c-1")])
...     leaves, book.entry(0).body, log.leaf(0).kind.value
...     book.close()
((0,), {'who': 'Ada'}, 'access')

A statement lies on the disk in `FOLDER/notes.db` before its digest goes into the log. Where the second step fails (a
kill, a disk that is full, a key that cannot be read), the statement waits, and whoever notes next, or `settle`s, notes
it too, once: so what was acknowledged is in the log, and what is in the log can be opened, until somebody erases it.
Statements may be erased (`erase`); their digests stay, and the log can still be checked.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import rfc8785

from stillwatch.core.errors import SettingsError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.evidence.leaf_entry import digest_of
from stillwatch.evidence.noted_words import SALT_BYTES, salted
from stillwatch.service.sqlite_file import SqliteKind, open_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from stillwatch.service.evidence.evidence_log import EvidenceLog

NOTES: Final = "notes.db"
_KIND: Final = SqliteKind(
    application=0x7377_6E74,
    version=1,
    tables="evidence/notes.sql",
    noun="notebook",
    name="notebook",
    wait_s=30.0,
    is_audited=False,
)
_AT_ONCE: Final = 4096
"""Statements that are read from the disk together."""
_MEND: Final = "see that the disk has room; what waits is noted by: stillwatch log settle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What happened, as JSON; one whose words could be guessed carries a salt (`Notebook.said`)."""

    kind: LeafKind
    body: Mapping[str, Any]
    about: str = ""
    """An id that says nothing to outsiders: it stands in the log."""


class Place(NamedTuple):
    """How far something was followed."""

    name: str
    place: float
    mark: str = ""
    """By which a change of what was followed before is noticed."""


class NotedDenial(NamedTuple):
    denial: str
    batch: str
    """Root over the batch, hex."""
    place: int
    denied_at: float


class Entry(NamedTuple):
    kind: LeafKind
    sha256: str
    noted_at: datetime
    about: str
    leaf: int | None
    """None where it waits."""
    body: dict[str, Any] | None
    """None where it was erased."""


class Notebook:
    """For one process and thread; of the same folder as many as like may be open.

    Args:
        log: Open.
        clock: Seconds since 1970 UTC.

    Raises:
        InputError: What lies there is no notebook.
        SettingsError: It cannot be opened.
    """

    def __init__(self, log: EvidenceLog, *, clock: Callable[[], float]) -> None:
        self.log, self._clock = log, clock
        self.connection = open_sqlite(log.folder / NOTES, _KIND)
        self.connection.execute("PRAGMA secure_delete = ON")

    def close(self) -> None:
        self.connection.close()

    def note(
        self, statements: Sequence[Statement], place: Place | None = None, denials: Sequence[NotedDenial] = ()
    ) -> tuple[int, ...]:
        """Note statements; give the numbers of their leaves.

        One that was noted before, word for word, is not noted again.

        Args:
            statements: Such.
            place: How far something was followed with them; is kept with them or not at all.
            denials: Where denials stand in a batch that one of them is about; likewise.

        Raises:
            InputError: A statement cannot be written as canonical JSON.
            SettingsError: The disk is full or the like; nothing was kept, or what was kept waits.
            VerificationError: Somebody has changed the log; as before.
        """
        return tuple(self._leaf_of(one) for one in self._written(statements, place, denials))

    def said(
        self, kind: LeafKind, what: str, said: Mapping[str, Any], *, about: str = "", at: float | None = None
    ) -> Statement:
        """A statement under a salt of its own, about something that was done `at` a time, or now."""
        moment = datetime.fromtimestamp(self._clock() if at is None else at, UTC)
        body = salted(what, said, at=moment, salt=secrets.token_bytes(SALT_BYTES))
        return Statement(kind=kind, body=body, about=about)

    def settle(self) -> int:
        """Note what waits; give how many statements did.

        Raises:
            SettingsError, VerificationError: As `note`.
        """
        with self._writing():
            waiting = self.connection.execute(
                "SELECT number, sha256, kind, about, noted_at FROM note WHERE leaf IS NULL ORDER BY number"
            ).fetchall()
            for at in range(0, len(waiting), _AT_ONCE):
                self._into_log(waiting[at : at + _AT_ONCE])
        return len(waiting)

    def place(self, name: str) -> Place | None:
        """How far it was followed; None = never."""
        row = self.connection.execute("SELECT name, place, mark FROM followed WHERE name = ?", (name,)).fetchone()
        return None if row is None else Place(*row)

    def denial(self, denial: str) -> NotedDenial | None:
        """Where a denial was committed to; None = it was not."""
        row = self.connection.execute("SELECT denial, batch, place, denied_at FROM denial WHERE denial = ?", (denial,))
        found = row.fetchone()
        return None if found is None else NotedDenial(*found)

    def denials_since(self, denied_at: float) -> set[str]:
        """Denials from a time on that were committed to."""
        return {
            one for (one,) in self.connection.execute("SELECT denial FROM denial WHERE denied_at >= ?", (denied_at,))
        }

    def entry(self, leaf: int) -> Entry | None:
        """What a leaf is of; None where it was noted by other means, such as `stillwatch log note`."""
        return next(self._entries("WHERE leaf = ?", (leaf,)), None)

    def entries(self, kinds: Iterable[LeafKind] = tuple(LeafKind)) -> Iterator[Entry]:
        """All statements of some kinds, the oldest first, those that wait among them."""
        names = [one.value for one in kinds]
        marks = ", ".join("?" * len(names))
        return self._entries(f"WHERE kind IN ({marks}) ORDER BY number", names)

    def erase(self, digests: Sequence[str]) -> int:
        """Erase what stands behind digests; give how many statements were there."""
        with self._writing():
            erased = sum(
                self.connection.execute(
                    "UPDATE note SET body = NULL WHERE sha256 = ? AND body IS NOT NULL AND leaf IS NOT NULL", (one,)
                ).rowcount
                for one in digests
            )
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return erased

    def _written(
        self, statements: Sequence[Statement], place: Place | None, denials: Sequence[NotedDenial]
    ) -> list[str]:
        now = self._clock()
        rows = [(digest_of(one.body), one.kind.value, one.about, now, _packed(one.body)) for one in statements]
        with self._writing():
            self.connection.executemany(
                "INSERT INTO note (sha256, kind, about, noted_at, body) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (sha256) DO NOTHING",
                rows,
            )
            if place is not None:
                self.connection.execute("INSERT OR REPLACE INTO followed VALUES (?, ?, ?)", place)
            self.connection.executemany("INSERT OR IGNORE INTO denial VALUES (?, ?, ?, ?)", denials)
        self.settle()
        return [row[0] for row in rows]

    def _into_log(self, waiting: list[Any]) -> None:
        """Bring rows into the log that are not there yet; a crash may have come between the log and this file."""
        known = self.log.find_first([sha256 for _, sha256, *_ in waiting])
        missing = [
            Leaf(kind=LeafKind(kind), sha256=sha256, noted_at=datetime.fromtimestamp(noted_at, UTC), about=about)
            for _, sha256, kind, about, noted_at in waiting
            if sha256 not in known
        ]
        known |= dict(zip([one.sha256 for one in missing], self.log.note(missing) if missing else (), strict=True))
        self.connection.executemany(
            "UPDATE note SET leaf = ? WHERE number = ?", [(known[sha256], number) for number, sha256, *_ in waiting]
        )

    def _leaf_of(self, sha256: str) -> int:
        row = self.connection.execute("SELECT leaf FROM note WHERE sha256 = ?", (sha256,)).fetchone()
        return int(row[0])

    def _entries(self, where: str, values: Sequence[Any]) -> Iterator[Entry]:
        rows = self.connection.execute(
            f"SELECT kind, sha256, noted_at, about, leaf, body FROM note {where}",  # noqa: S608  # from this file alone
            values,
        )
        for kind, sha256, noted_at, about, leaf, body in rows:
            read = None if body is None else json.loads(zlib.decompress(body))
            yield Entry(LeafKind(kind), sha256, datetime.fromtimestamp(noted_at, UTC), about, leaf, read)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time, of all processes; all of it or nothing."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
        except (sqlite3.OperationalError, OSError) as error:
            where = str(self.log.folder)
            raise SettingsError(f"this cannot be noted: {error}", where=where, mend=_MEND) from error


def _packed(body: Mapping[str, Any]) -> bytes:
    return zlib.compress(rfc8785.dumps(dict(body)), 1)
