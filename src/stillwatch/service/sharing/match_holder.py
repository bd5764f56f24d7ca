"""Answer members who ask for tokens: so many a member and epoch, counted before they are answered, and on record.

holder = MatchHolder(connection, load_ristretto(), clock=time.time)
answered = holder.answer("lab-a", epoch.id, elements)
answered.answer or answered.refusal

Whoever may ask may try values, so the quota is what stands between a member and a dictionary (see
docs/explanation/private-matching.md). It is taken in a transaction that is on the disk before anything is computed:
neither a crash nor two requests at once give a member more. What is refused costs the holder nothing but a look, and is
in the audit trail once a minute with how often it happened, so that nobody fills the disk by being refused.
"""

from __future__ import annotations

import threading
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.intel.oprf import Answer, OprfKey, evaluate
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.service.sharing.intel_state import writing
from stillwatch.service.sharing.match_epochs import end_epochs, epochs

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from stillwatch.intel.match_epoch import Epoch
    from stillwatch.intel.ristretto import Ristretto

MOST_ELEMENTS: Final = 4_096
"""Of one request: about a second of a core."""
_TELL_EVERY_S: Final = 60.0


class Refusal(StrEnum):
    """Why a member is not answered."""

    UNKNOWN = "unknown"
    """There is no such epoch."""
    EARLY = "early"
    """It has not begun."""
    OVER = "over"
    """It has ended, and its key is erased."""
    BATCH = "batch"
    """Nothing was asked, or too much at once."""
    QUOTA = "quota"
    """The member has asked for all that it may in this epoch."""
    MALFORMED = "malformed"
    """Something that was asked is no element of the group."""


class Answered(NamedTuple):
    answer: Answer | None
    refusal: Refusal | None
    left: int
    """How much more the member may ask in the epoch."""
    retry_s: int = 0
    """When it is worth asking again: after the epoch."""


class MatchHolder:
    """Holds the keys of an open state.

    Args:
        connection: Of `open_matching`; for this holder alone.
        group: The group.
        clock: Seconds since 1970 UTC.
    """

    def __init__(self, connection: sqlite3.Connection, group: Ristretto, *, clock: Callable[[], float]) -> None:
        self._connection, self._group, self._clock = connection, group, clock
        # Several threads answer at once; one connection has one transaction.
        self._lock = threading.Lock()

    def epochs(self, member: str) -> tuple[tuple[Epoch, int], ...]:
        """Every epoch that goes on or is to come, with what is left of the member's quota."""
        with self._lock:
            end_epochs(self._connection, at=self._clock())
            found = epochs(self._connection, only_open=True)
            return tuple((one, one.quota - self._asked(one.id, member)) for one in found)

    def answer(self, member: str, epoch_id: str, elements: Sequence[bytes]) -> Answered:
        """Answer a batch, or say why not; may be called from several threads."""
        with self._lock:
            key, answered = self._reserve(member, epoch_id, len(elements))
        if key is None:
            return answered
        try:
            return answered._replace(answer=evaluate(self._group, key, elements))
        except InputError:  # counted all the same: it was computed up to there
            with self._lock, writing(self._connection):
                self._note_refused(member, epoch_id, Refusal.MALFORMED, len(elements))
            return answered._replace(refusal=Refusal.MALFORMED)

    def _reserve(self, member: str, epoch_id: str, count: int) -> tuple[OprfKey | None, Answered]:
        """Take from the quota, durably; give the key where there is enough."""
        now = self._clock()
        end_epochs(self._connection, at=now)
        row = self._connection.execute(
            "SELECT begins_at, ends_at, quota, public, secret FROM epoch WHERE id = ?", (epoch_id,)
        ).fetchone()
        if row is None:
            return None, Answered(None, Refusal.UNKNOWN, 0)
        begins_at, ends_at, quota, public, secret = row
        with writing(self._connection):
            left = quota - self._asked(epoch_id, member)
            refusal = _refusal(count, left, begins_at=begins_at, now=now, has_key=secret is not None)
            if refusal is not None:
                self._note_refused(member, epoch_id, refusal, count)
                return None, Answered(None, refusal, max(left, 0), max(0, int(ends_at - now)))
            self._connection.execute(
                "INSERT INTO asked (epoch, member, elements) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET elements = elements + excluded.elements",
                (epoch_id, member, count),
            )
            detail = {"elements": count, "left": left - count}
            add_entries(self._connection, [Entry(now, "tokens_evaluated", member, epoch_id, detail)])
        return OprfKey(secret, public), Answered(None, None, left - count)

    def _asked(self, epoch_id: str, member: str) -> int:
        row = self._connection.execute(
            "SELECT elements FROM asked WHERE epoch = ? AND member = ?", (epoch_id, member)
        ).fetchone()
        return int(row[0]) if row else 0

    def _note_refused(self, member: str, epoch_id: str, refusal: Refusal, count: int) -> None:
        """In the audit trail at once where it is the first of a minute, else counted for the next."""
        now, key = self._clock(), (epoch_id, member)
        self._connection.execute("INSERT OR IGNORE INTO asked (epoch, member) VALUES (?, ?)", key)
        untold, told_at = self._connection.execute(
            "SELECT untold, told_at FROM asked WHERE epoch = ? AND member = ?", key
        ).fetchone()
        if told_at is not None and 0 <= now - told_at < _TELL_EVERY_S:
            self._connection.execute("UPDATE asked SET untold = untold + 1 WHERE epoch = ? AND member = ?", key)
            return
        self._connection.execute("UPDATE asked SET untold = 0, told_at = ? WHERE epoch = ? AND member = ?", (now, *key))
        detail = {"why": refusal, "elements": count, "refused_before": untold}
        add_entries(self._connection, [Entry(now, "tokens_refused", member, epoch_id, detail)])


def _refusal(count: int, left: int, *, begins_at: float, now: float, has_key: bool) -> Refusal | None:
    if not has_key:
        return Refusal.OVER
    if now < begins_at:
        return Refusal.EARLY
    if not 0 < count <= MOST_ELEMENTS:
        return Refusal.BATCH
    return Refusal.QUOTA if count > left else None
