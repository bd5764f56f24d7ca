"""The records of screens: each whole, with what people decided about its candidates, kept for ten years.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> with TemporaryDirectory() as folder:
...     records = ScreenRecords(Path(folder) / "screening.db", clock=lambda: 0.0, must_exist=False)
...     records.candidates(), records.close()
((), None)

A decision rests on facts: the account as it was asked for, and the entry as it stood. When either changes the candidate
is open again, and the old decision is shown beside it. Erasing is refused by the file itself until the time is over.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson
import zstandard

from stillwatch.core.errors import InputError
from stillwatch.core.screened import Review, ReviewState
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.service.sharing.intel_state import writing
from stillwatch.service.sqlite_file import SqliteKind, open_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

RECORDS_FILE: Final = "screening.db"
RETAINED: Final = timedelta(days=3_653)
"""Ten years: what OFAC asks of its records since March 2025; confirm with counsel."""
_KIND: Final = SqliteKind(
    application=0x73777363, version=1, tables="screening/records.sql", noun="record of screens", name="record"
)
_MOST_RECORD_BYTES: Final = 4 << 30


class Known(NamedTuple):
    """A candidate on record."""

    record: dict[str, Any]
    """As in `screen.json`."""
    state: ReviewState
    review: Review | None
    """The last decision, also where it was made on other facts."""


class ScreenRecords:
    """The records in one SQLite file.

    Raises:
        InputError: The file is no record of screens, or of another version.
        SettingsError: It is missing or cannot be opened.
    """

    def __init__(self, file: Path, *, clock: Callable[[], float], must_exist: bool = True) -> None:
        self._where, self._clock = str(file), clock
        self.connection = open_sqlite(file, _KIND, must_exist=must_exist)

    def close(self) -> None:
        self.connection.close()

    def keep(self, run: str, record: Mapping[str, Any], *, retained: timedelta = RETAINED) -> None:
        """Keep a screen, as JSON has it, and its candidates; in one step."""
        now = self._clock()
        data = orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
        digest = hashlib.sha256(data).hexdigest()
        packed = zstandard.ZstdCompressor(level=9).compress(data)
        with writing(self.connection):
            self.connection.execute(
                "INSERT INTO run VALUES (?, ?, ?, ?, ?)", (run, now, now + retained.total_seconds(), digest, packed)
            )
            self.connection.executemany(
                "INSERT INTO candidate VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (candidate) DO UPDATE SET "
                "facts = excluded.facts, last_seen = excluded.last_seen, run = excluded.run, record = excluded.record",
                ((one["id"], one["facts"], now, now, run, orjson.dumps(one).decode()) for one in record["candidates"]),
            )
            detail = {"digest": digest, "candidates": len(record["candidates"]), "accounts": record["accounts"]}
            add_entries(self.connection, [Entry(now, "screened", "stillwatch", run, detail)])

    def reviews(self) -> dict[str, tuple[str, Review]]:
        """Candidate → the facts that its last decision rests on, and the decision."""
        rows = self.connection.execute(
            "SELECT candidate, facts, state, decided_by, reason, decided_at FROM decision ORDER BY decision"
        )
        return {row[0]: (row[1], _review(row[2:])) for row in rows}

    def candidates(self, state: ReviewState | None = None) -> tuple[Known, ...]:
        """All candidates, or those of one state; the surest first."""
        reviews = self.reviews()
        rows = self.connection.execute("SELECT candidate, facts, record FROM candidate")
        found = [_known(orjson.loads(row[2]), row[1], reviews.get(row[0])) for row in rows]
        ranked = sorted(found, key=lambda one: (-one.record["score"], one.record["id"]))
        return tuple(one for one in ranked if state is None or one.state is state)

    def find(self, candidate: str) -> Known:
        """A candidate by the head of its id.

        Raises:
            InputError: There is none, or several begin so.
        """
        rows = self.connection.execute(
            "SELECT candidate, facts, record FROM candidate WHERE substr(candidate, 1, ?) = ? LIMIT 2",
            (len(candidate), candidate),
        ).fetchall()
        if len(rows) != 1 or not candidate:
            mend = "`stillwatch reviews list` names all"
            raise InputError(f"no candidate alone begins with {candidate!r}", where=self._where, mend=mend)
        ((found, facts, record),) = rows
        return _known(orjson.loads(record), facts, self.reviews().get(found))

    def decide(
        self, candidate: str, state: ReviewState, *, by: str, reason: str, retained: timedelta = RETAINED
    ) -> Known:
        """Record what a person decided on the facts as the last screen had them.

        Raises:
            InputError: There is no such candidate, or nothing is given as name or reason.
        """
        if not by.strip() or not reason.strip():
            raise InputError("a decision needs a name and a reason", mend="give --by and --reason")
        if state is ReviewState.OPEN:
            raise InputError("open is no decision", mend="say match, no-match or unsure")
        found = self.find(candidate)
        now = self._clock()
        number, facts = found.record["id"], found.record["facts"]
        with writing(self.connection):
            run = self.connection.execute("SELECT run FROM candidate WHERE candidate = ?", (number,)).fetchone()[0]
            self.connection.execute(
                "INSERT INTO decision (candidate, facts, run, state, decided_by, reason, decided_at, retain_until) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (number, facts, run, str(state), by, reason, now, now + retained.total_seconds()),
            )
            detail = {"before": str(found.state), "reason": reason, "facts": facts, "run": run}
            add_entries(self.connection, [Entry(now, f"candidate_{state}", by, number, detail)])
        return self.find(number)

    def record(self, run: str) -> dict[str, Any]:
        """A whole screen, as it was kept.

        Raises:
            InputError: There is none of this id.
        """
        row = self.connection.execute("SELECT digest, record FROM run WHERE run = ?", (run,)).fetchone()
        if row is None:
            raise InputError(f"there is no screen {run!r}", where=self._where, mend="its result names it")
        data = zstandard.ZstdDecompressor().decompress(row[1], max_output_size=_MOST_RECORD_BYTES)
        if hashlib.sha256(data).hexdigest() != row[0]:
            raise InputError(f"the record of {run!r} was changed", where=self._where, mend="bring a whole copy back")
        plain: dict[str, Any] = orjson.loads(data)
        return plain

    def expire(self, *, by: str) -> tuple[int, int]:
        """Erase screens and decisions whose time is over, and candidates that no record names any more; count both."""
        now = self._clock()
        with writing(self.connection):
            runs = self.connection.execute("DELETE FROM run WHERE retain_until <= ?", (now,)).rowcount
            decisions = self.connection.execute("DELETE FROM decision WHERE retain_until <= ?", (now,)).rowcount
            self.connection.execute(
                "DELETE FROM candidate WHERE run NOT IN (SELECT run FROM run) "
                "AND candidate NOT IN (SELECT candidate FROM decision)"
            )
            detail = {"screens": runs, "decisions": decisions}
            add_entries(self.connection, [Entry(now, "records_expired", by, "", detail)])
        return runs, decisions


def state_of(facts: str, decided: tuple[str, Review] | None) -> ReviewState:
    """Where a candidate stands: a decision on other facts leaves it open."""
    return decided[1].state if decided is not None and decided[0] == facts else ReviewState.OPEN


def _known(record: dict[str, Any], facts: str, decided: tuple[str, Review] | None) -> Known:
    return Known(record, state_of(facts, decided), decided[1] if decided else None)


def _review(row: Iterable[Any]) -> Review:
    state, by, reason, decided_at = row
    return Review(state=ReviewState(state), by=by, reason=reason, decided_at=datetime.fromtimestamp(decided_at, UTC))
