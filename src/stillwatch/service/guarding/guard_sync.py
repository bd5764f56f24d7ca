"""Share budgets among several guards through a Valkey or Redis server, and get the standings from it.

settings = SyncSettings(url="valkey://10.0.0.5:6379/0", standings=Path("/var/lib/stillwatch/standings.bin"))
sync = GuardSync(settings, budgets, clock=time.time)
sync.start()

Never on the request path: a guard decides by the levels it has in memory, and a thread exchanges them, by default ten
times a second. It pushes what was booked here and gets what has changed anywhere; each push is booked once, even if its
answer was lost. Levels are told as time left by the server's clock, so that the guards' clocks need not agree.

What this costs in exactness: between two exchanges each guard admits what its own copy allows. R guards that share a
budget of rate r and burst b, exchanging every T seconds, admit at most (R - 1) · (b + r · T) more than one guard would,
and never more than what arrives within T. It is a debt, not a leak: what was admitted too much is booked, and the
budget refuses until it is paid off, so that in the long run all guards together admit r.

When the server is gone, decisions go on by what each guard knows, `counts()` says so, and bookings are kept; when it is
back they are pushed, as far as they still weigh. A server that comes back without its data is filled by the guards: by
each with the levels it knew, and then with what it has booked since.
"""

from __future__ import annotations

import secrets
import threading
from collections import deque
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.guard.budgets import Level
from stillwatch.service.guarding.shared_standings import fetch_standings
from stillwatch.service.guarding.valkey_client import connect, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stillwatch.guard.budgets import Budgets

_KEYS: Final = ("whole", "changed", "sequence", "run", "told_at", "standings")
_MICROSECONDS: Final = 1_000_000
_MOST_AT_ONCE: Final = 500
"""Budgets in one call of the script: the server is busy with it for some milliseconds."""
_MOST_CALLS: Final = 20
"""In one exchange; the rest waits for the next one."""
_MOST_WAITING: Final = 262_144
"""Bookings between two exchanges."""
_LONGEST_WAIT_S: Final = 2.0
"""Between attempts to reach a server that is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSettings:
    url: str
    """`valkey://`, `valkeys://` (TLS), `redis://`, `rediss://` or `unix://`."""
    prefix: str = "stillwatch"
    """Guards with the same prefix share budgets."""
    interval_s: float = 0.1
    timeout_s: float = 1.0
    standings: Path | None = None
    """Where to put standings that are announced on the server; None = they come another way."""


class SyncCounts(NamedTuple):
    exchanges: int
    failed: int
    dropped: int
    """Bookings that the others were not told, since there was no room in memory."""
    last_at: float
    """When the last exchange succeeded, seconds since 1970 UTC; 0 = never."""
    is_degraded: bool
    """The last exchange failed."""


class _Push(NamedTuple):
    """What the server is told in one call; told again under the same number until it answers."""

    number: int
    levels: dict[int, float]
    """Budget → moment before which it is not whole, whatever the server knows."""
    added: dict[int, float]
    """Budget → seconds booked."""


class GuardSync:
    """Exchanges the levels of one guard's budgets.

    Raises:
        SettingsError: The client library is not installed, or the address is none.
    """

    def __init__(self, settings: SyncSettings, budgets: Budgets, *, clock: Callable[[], float]) -> None:
        self._settings, self._budgets, self._clock = settings, budgets, clock
        self._client = connect(settings.url, timeout_s=settings.timeout_s)
        script = files("stillwatch.service.guarding").joinpath("guard_sync.lua").read_text("utf-8")
        self._script = self._client.register_script(script)
        names = (*_KEYS, f"pushed:{secrets.token_hex(8)}")
        self._keys = [key_of(settings.prefix, name) for name in names]
        self._booked: deque[tuple[int, float]] = deque()
        self._added: dict[int, float] = {}
        self._levels: dict[int, float] = {}
        self._push = _Push(0, {}, {})
        self._run, self._seen, self._version = b"", 0, b""
        self._exchanges = self._failed = self._dropped = 0
        self._last_at, self._is_degraded = 0.0, False
        budgets.tell(self._note_booking)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._exchange_on, name="stillwatch-sync", daemon=True)

    def start(self) -> None:
        """Begin to exchange, in a thread of its own."""
        self._thread.start()

    def close(self) -> None:
        """Push what is booked, and end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self.exchange()
        self._client.close()

    def counts(self) -> SyncCounts:
        return SyncCounts(self._exchanges, self._failed, self._dropped, self._last_at, self._is_degraded)

    def exchange(self) -> bool:
        """Push what was booked and get what has changed; False where the server cannot be reached."""
        self._gather()
        try:
            for _ in range(_MOST_CALLS):
                if not self._is_more_after_a_call():
                    break
            self._exchanges += 1
        except Exception:  # noqa: BLE001  # gone, slow, refusing or talking nonsense: the thread must live to try again
            self._failed += 1
            self._is_degraded = True
            return False
        self._is_degraded = False
        self._last_at = self._clock()
        return True

    def _note_booking(self, budget: int, added_s: float) -> None:
        if len(self._booked) < _MOST_WAITING:
            self._booked.append((budget, added_s))
        else:
            self._dropped += 1

    def _exchange_on(self) -> None:
        wait_s = self._settings.interval_s
        while not self._stopping.wait(wait_s):
            has_reached = self.exchange()
            wait_s = self._settings.interval_s if has_reached else min(2 * wait_s, _LONGEST_WAIT_S)

    def _gather(self) -> None:
        while self._booked:
            budget, added_s = self._booked.popleft()
            self._added[budget] = self._added.get(budget, 0.0) + added_s

    def _is_more_after_a_call(self) -> bool:
        """Call the script once; True where there is more to push or to get."""
        if not (self._push.levels or self._push.added):
            self._push = self._next_push()
        run, seen, version, *changes = self._script(keys=self._keys, args=[*self._told(self._push)])
        if run != self._run:
            self._begin_anew(run)
            return True
        self._push = _Push(self._push.number, {}, {})
        self._take(changes)
        if seen < self._seen:
            self._begin_anew(run)  # the server is back with older data
            return True
        self._seen = seen
        self._follow_standings(version)
        return bool(self._levels or self._added) or len(changes) == 2 * _MOST_AT_ONCE

    def _begin_anew(self, run: bytes) -> None:
        """Tell the server all levels, less what it will be told as booked, and ask for all of its own."""
        self._run, self._seen = run, 0
        for budget, added_s in self._push.added.items():
            self._added[budget] = self._added.get(budget, 0.0) + added_s
        self._push = _Push(self._push.number, {}, {})
        levels = self._budgets.levels(self._clock())
        self._levels = {level.budget: level.whole_at - self._added.get(level.budget, 0.0) for level in levels}

    def _next_push(self) -> _Push:
        levels = {budget: self._levels.pop(budget) for budget in list(islice(self._levels, _MOST_AT_ONCE))}
        room = 0 if self._levels else _MOST_AT_ONCE - len(levels)
        added = {budget: self._added.pop(budget) for budget in list(islice(self._added, room))}
        return _Push(self._push.number + 1, levels, added)

    def _told(self, push: _Push) -> Iterator[bytes | str | int]:
        """The script's arguments. What was booked while the server was gone weighs no more than the level it left."""
        now = self._clock()
        yield from (self._run, secrets.token_hex(8), push.number, self._seen, _MOST_AT_ONCE, len(push.levels))
        for budget, whole_at in push.levels.items():
            yield budget
            yield int(_MICROSECONDS * max(0.0, whole_at - now))
        for budget, added_s in push.added.items():
            yield budget
            yield int(_MICROSECONDS * min(added_s, max(0.0, self._budgets.whole_at(budget) - now)))

    def _take(self, changes: list[bytes | int]) -> None:
        """Enter what the server knows, with what it has not been told yet; a level never falls by this."""
        now = self._clock()
        self._gather()
        for place in range(0, len(changes), 2):
            budget, left_s = int(changes[place]), int(changes[place + 1]) / _MICROSECONDS
            whole_at = now + left_s + self._added.get(budget, 0.0)
            if whole_at > self._budgets.whole_at(budget):
                self._budgets.set(Level(budget, whole_at), now)

    def _follow_standings(self, version: bytes) -> None:
        if self._settings.standings is None or version in (b"", self._version):
            return
        if fetch_standings(self._client, self._settings.prefix, version.decode(), self._settings.standings):
            self._version = version
