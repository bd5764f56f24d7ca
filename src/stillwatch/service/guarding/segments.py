r"""Lines on disk that survive a power cut, in files that are closed by size and age: what `stillwatch watch` follows.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     kept = Segments(Path(folder), "litellm", clock=lambda: 0.0)
...     kept.append(b'{"a": 1}\n')
...     [file.name for file in sorted(Path(folder).iterdir())]
['litellm-19700101T000000-0.jsonl']

A reader never finds a line of a batch that was not acknowledged: what could not be written to its end is cut off again.
Closed files are never touched after, so they may be compressed, moved or removed by whoever keeps house.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
_MODE: Final = 0o640


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    most_bytes: int = 16 << 20
    """A file is closed beyond it. Whoever follows a file reads it again when it grew, so small ones cost less."""
    most_age_s: float = 600.0
    keep_s: float = 0.0
    """Closed files older than this are removed; 0 = none ever is."""


class Segments:
    """Appends to the newest file of a folder; for one process and one thread."""

    def __init__(
        self,
        folder: Path,
        prefix: str,
        *,
        clock: Callable[[], float],
        rotation: Rotation = Rotation(),  # frozen
        is_durable: bool = True,
    ) -> None:
        self._folder = folder
        self._prefix = prefix
        self._clock = clock
        self._rotation = rotation
        self._is_durable = is_durable
        self._file = -1
        self._size = 0
        self._opened_at = 0.0

    def append(self, lines: bytes) -> None:
        """Write whole lines; when it returns they are on disk, and when it raises none of them is.

        Raises:
            OSError: The disk is full, or the folder cannot be written.
        """
        now = self._clock()
        if self._file >= 0 and self._is_over(now):
            self.close()
        if self._file < 0:
            self._open(now)
        try:
            _write_all(self._file, lines)
            if self._is_durable:
                os.fdatasync(self._file)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, self._size)
            self.close()
            raise
        self._size += len(lines)

    def close(self) -> None:
        """End the file; the next line opens another."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _is_over(self, now: float) -> bool:
        is_old = not 0 <= now - self._opened_at < self._rotation.most_age_s
        return self._size >= self._rotation.most_bytes or is_old

    def _open(self, now: float) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_old(now)
        stem = f"{self._prefix}-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%S}"
        number = 0
        while True:
            try:
                self._file = os.open(self._folder / f"{stem}-{number}.jsonl", _FLAGS, _MODE)
                break
            except FileExistsError:
                number += 1
        self._size, self._opened_at = 0, now

    def _remove_old(self, now: float) -> None:
        if not self._rotation.keep_s:
            return
        for file in self._folder.glob(f"{self._prefix}-*.jsonl"):
            if file.stat().st_mtime < now - self._rotation.keep_s:
                file.unlink(missing_ok=True)


def _write_all(file: int, lines: bytes) -> None:
    left = memoryview(lines)
    while left:
        left = left[os.write(file, left) :]
