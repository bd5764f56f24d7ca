r"""Lines written by a thread of their own, for logs that must not hold up a request.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from stillwatch.service.guarding.segments import Segments
>>> with TemporaryDirectory() as folder:
...     log = LineLog(Segments(Path(folder), "decisions", clock=lambda: 0.0), lambda one: b'{"n": %d}' % one)
...     log.put(1), log.close()
...     next(Path(folder).iterdir()).read_bytes()
(True, None)
b'{"n": 1}\n'

`put` costs one append to a queue. What the disk cannot take is dropped and counted: a log must never stop the traffic
that it tells of.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.service.guarding.segments import Segments

_Entry = TypeVar("_Entry")
_AT_ONCE: Final = 512
_EVERY_S: Final = 0.2
_LONGEST_WAIT_S: Final = 2.0


@dataclass(slots=True)
class LineCounts:
    written: int = 0
    dropped: int = 0
    """Entries that found the queue full."""
    failed: int = 0
    """Entries that could not be written down or put into words."""
    trouble: str = ""
    """What the last failure was; empty once something was written again."""


class LineLog(Generic[_Entry]):
    """A queue, and a thread that puts its entries into words and on disk.

    Args:
        segments: Where the lines go; they are handed over to the thread.
        say: Puts an entry into one line, without the line break; called on the thread.
        capacity: Entries that may wait.
    """

    def __init__(self, segments: Segments, say: Callable[[_Entry], bytes], *, capacity: int = 20_000) -> None:
        self._segments = segments
        self._say = say
        self._capacity = capacity
        self._waiting: deque[_Entry] = deque()
        self._writing = threading.Lock()
        self._is_urgent = False
        self._is_over = threading.Event()
        self.counts = LineCounts()
        self._thread = threading.Thread(target=self._run, name="stillwatch-log", daemon=True)
        self._thread.start()

    def put(self, entry: _Entry) -> bool:
        """Hand an entry over; False where it had to be dropped."""
        if len(self._waiting) >= self._capacity:
            self.counts.dropped += 1
            return False
        self._waiting.append(entry)
        if self._is_urgent:
            self._write_waiting()
        return True

    def hurry(self) -> None:
        """Write what waits, and from now on each entry before `put` returns: nobody may come to close this."""
        if not self._is_urgent:
            self._is_urgent = True
            self._write_waiting()

    def waiting(self) -> int:
        return len(self._waiting)

    def close(self) -> None:
        """Write what waits, and end."""
        self._is_over.set()
        self._thread.join()
        self._segments.close()

    def _run(self) -> None:
        while not self._is_over.wait(_EVERY_S):
            self._write_waiting()
        self._write_waiting()

    def _write_waiting(self) -> None:
        # Whoever is urgent may be a signal's handler: it must not wait for good for what it has interrupted.
        if self._writing.acquire(timeout=_LONGEST_WAIT_S):
            try:
                self._write_all()
            finally:
                self._writing.release()

    def _write_all(self) -> None:
        while self._waiting:
            taken = [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]
            lines = [line for line in map(self._line, taken) if line]
            try:
                self._segments.append(b"".join(lines))
            except OSError as error:
                self.counts.failed += len(lines)
                self.counts.trouble = str(error)
            else:
                self.counts.written += len(lines)
                self.counts.trouble = ""

    def _line(self, entry: _Entry) -> bytes:
        try:
            return self._say(entry) + b"\n"
        except Exception as error:  # noqa: BLE001  # one entry without words must not end the log
            self.counts.failed += 1
            self.counts.trouble = f"{type(error).__name__}: {error}"
            return b""
