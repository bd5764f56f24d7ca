"""Keep what a guard must not forget: levels of budgets, who was denied and why, what covert rules did.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.core.decision import Action, Charge, Decision
>>> from stillwatch.core.request_facts import RequestFacts
>>> from stillwatch.guard.budgets import Budgets
>>> budgets = Budgets(8)
>>> with TemporaryDirectory() as folder:
...     state = GuardState(Path(folder) / "guard.db", budgets, clock=lambda: 100.0)
...     _ = budgets.book(Charge(budget=5, interval_s=60.0, burst=1), at=100.0)
...     state.note(RequestFacts("r-1", 100.0, account_id="a-1"), Decision(action=Action.BLOCK, id="d-1"))
...     state.flush()
...     state.close()
...     later = Budgets(8)
...     GuardState(Path(folder) / "guard.db", later, clock=lambda: 110.0).close()
>>> later.whole_at(5)
160.0

The request path appends to memory and never waits: `note` costs a microsecond or two for what is kept; what finds no
room is counted and dropped. One thread writes it down, a transaction four times a second, synced to the disk: a guard
that is killed, or a machine that loses power, loses what was decided in its last second at most. When the disk is full
or the file is locked, decisions go on, what waits is kept as long as there is room, `counts()` says so, and the next
transaction tries again.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.errors import StillwatchError
from stillwatch.core.policy import Mode
from stillwatch.guard.budgets import Level
from stillwatch.service.audit_trail import Entry
from stillwatch.service.guarding.state_file import open_state
from stillwatch.service.guarding.write_state import Noted, Waiting, erase_old, write_waiting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stillwatch.core.decision import Decision
    from stillwatch.core.policy import Policy
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.guard.budgets import Budgets

_MOST_WAITING: Final = 65_536
"""Decisions that wait to be written; at 20,000 denials a second, three seconds' worth."""
_COMMIT_EVERY_S: Final = 0.25
_ERASE_EVERY_S: Final = 3600.0
_SECONDS_A_DAY: Final = 86_400.0


class StateCounts(NamedTuple):
    """For metrics; each only ever grows, but for the last two."""

    written: int
    """Denials and acts of covert rules."""
    dropped: int
    """Such that were not written down, since there was no room in memory."""
    failed_commits: int
    waiting: int
    is_degraded: bool
    """The last transaction failed."""


class GuardState:
    """Opens the state, and restores the budgets' levels from it.

    Args:
        path: The SQLite file; made where there is none.
        budgets: Those that the guard decides by.
        clock: Seconds since 1970 UTC.
        commit_every_s: Time from transaction to transaction; with the time that one takes, what may be lost.
        most_waiting: How many decisions may wait.
        keep_days: After so many days a denial is erased, unless there was an appeal.

    Raises:
        InputError: The file is no state of a guard, or of another version.
        SettingsError: It cannot be opened.
    """

    def __init__(  # noqa: PLR0913  # settings with defaults
        self,
        path: Path,
        budgets: Budgets,
        *,
        clock: Callable[[], float],
        commit_every_s: float = _COMMIT_EVERY_S,
        most_waiting: int = _MOST_WAITING,
        keep_days: float = 90.0,
    ) -> None:
        self._path, self._budgets, self._clock = path, budgets, clock
        self._commit_every_s, self._most_waiting, self._keep_days = commit_every_s, most_waiting, keep_days
        self._connection: sqlite3.Connection | None = open_state(path)
        self._decisions: deque[Noted] = deque()
        self._entries: deque[Entry] = deque()
        self._touched: set[int] = set()
        self._covert: frozenset[str] = frozenset()
        self._waiting = Waiting([], {}, [])
        self._written = self._dropped = self._told_dropped = self._failed_commits = 0
        self._is_degraded = False
        self._erased_at = 0.0
        self._restore()
        budgets.tell(self._note_booking)
        self._stopping = threading.Event()
        self._writer = threading.Thread(target=self._write_on, name="stillwatch-state", daemon=True)

    def start(self) -> None:
        """Begin to write, in a thread of its own."""
        self._writer.start()

    def close(self) -> None:
        """Write what waits, and end."""
        self._stopping.set()
        if self._writer.is_alive():
            self._writer.join()
        self.flush()
        if self._connection is not None:
            self._connection.close()

    def note(self, facts: RequestFacts, decision: Decision) -> None:
        """To be told of each decision (`Guard(on_decision=...)`); keeps denials, and what covert rules did."""
        if not decision.id and (not decision.observed or self._covert.isdisjoint(decision.observed)):
            return
        if len(self._decisions) < self._most_waiting:
            self._decisions.append(Noted(facts, decision, self._covert))
        else:
            self._dropped += 1

    def follow(self, policy: Policy) -> None:
        """To be told of each policy that comes into force: the audit trail says so, and names its covert rules."""
        now = self._clock()
        detail: dict[str, Any] = {"digest": policy.digest, "mode": policy.mode, "on_failure": policy.on_failure}
        self._entries.append(Entry(now, "policy_followed", "guard", policy.version, detail))
        for rule in policy.rules:
            if rule.covert is not None:
                detail = {
                    "policy_version": policy.version,
                    "mode": rule.mode,
                    "respond": rule.respond,
                    "requested_by": rule.covert.requested_by,
                    "approved_by": rule.covert.approved_by,
                    "expires_at": rule.covert.expires_at.isoformat(),
                    "why": rule.covert.why,
                    "exempt_organisations": list(rule.covert.exempts),
                }
                self._entries.append(Entry(now, "covert_rule_loaded", rule.covert.approved_by, rule.name, detail))
        self._covert = frozenset(
            rule.name for rule in policy.rules if rule.covert is not None and rule.mode is Mode.ENFORCE
        )

    def counts(self) -> StateCounts:
        waiting = len(self._decisions) + len(self._waiting.decisions)
        return StateCounts(self._written, self._dropped, self._failed_commits, waiting, self._is_degraded)

    def flush(self) -> None:
        """Write what waits, in one transaction; where that fails it goes on waiting, and is counted."""
        waiting = self._gathered()
        if waiting.is_empty():
            return
        try:
            if self._connection is None:
                self._connection = open_state(self._path)
            write_waiting(self._connection, waiting, self._clock())
        except (sqlite3.OperationalError, StillwatchError, OSError):
            self._fail()
        except Exception:  # noqa: BLE001  # what the file refuses for good must not hold up what comes after it
            self._dropped += len(waiting.decisions)
            self._waiting = Waiting([], {}, [])
            self._fail()
        else:
            self._written += len(waiting.decisions)
            self._is_degraded = False
            self._waiting = Waiting([], {}, [])

    def _note_booking(self, budget: int, added_s: float) -> None:
        del added_s
        self._touched.add(budget)

    def _gathered(self) -> Waiting:
        """What could not be written before, and what has come since; each is taken in one step, without a lock."""
        waiting, now = self._waiting, self._clock()
        while self._touched:
            budget = self._touched.pop()
            waiting.levels[budget] = Level(budget, self._budgets.whole_at(budget))
        while self._entries:
            waiting.entries.append(self._entries.popleft())
        while self._decisions and len(waiting.decisions) < self._most_waiting:
            waiting.decisions.append(self._decisions.popleft())
        if (lost := self._dropped - self._told_dropped) > 0:
            self._told_dropped += lost
            waiting.entries.append(Entry(now, "records_dropped", "guard", "decisions", {"count": lost}))
        return waiting

    def _write_on(self) -> None:
        while not self._stopping.wait(self._commit_every_s):
            self.flush()
            now = self._clock()
            if now - self._erased_at >= _ERASE_EVERY_S and self._connection is not None and not self._is_degraded:
                self._erase(now)

    def _erase(self, now: float) -> None:
        self._erased_at = now
        try:
            if self._connection is not None:
                erase_old(self._connection, now, now - self._keep_days * _SECONDS_A_DAY)
        except sqlite3.Error:
            self._drop_connection()

    def _fail(self) -> None:
        self._failed_commits += 1
        self._is_degraded = True
        self._drop_connection()

    def _drop_connection(self) -> None:
        """After a failure the file is opened anew: it may be another one, or the disk was changed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _restore(self) -> None:
        """Enter the levels as they would be now. A clock that was set back since must not lengthen a wait."""
        now = self._clock()
        if self._connection is None:
            return
        for stored, whole_at, saved_at in self._connection.execute("SELECT budget, whole_at, saved_at FROM budget"):
            left_s = min(whole_at - now, whole_at - saved_at)
            if left_s > 0:
                self._budgets.raise_to(Level(stored % 2**64, now + left_s), now)
