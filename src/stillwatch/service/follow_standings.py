"""Follow the file of standings: a guard decides by a newer one within a second, and by the old one if it is damaged.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from stillwatch.guard.build_standings import build
>>> with TemporaryDirectory() as folder:
...     file = Path(folder) / "standings.bin"
...     follower = StandingsFollower(file)
...     written = file.write_bytes(build([], seed=1))
...     follower.look().rows, follower.look(), follower.counts.loaded
(0, None, 1)

`look` costs a call of stat where nothing has changed, and must not be called on the request path otherwise: reading a
table of a million rows takes some tens of milliseconds. `follow_standings` looks from a thread of its own.
"""

from __future__ import annotations

import mmap
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError
from stillwatch.guard.standings import Standings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MAPPED_BYTES: Final = 16 << 20
"""A smaller table is read into memory, so that whoever copies over the file in place cannot pull it away from under a
running guard; a larger one is mapped, shared by all processes, and must be replaced as a whole, as publishing does."""
_EVERY_S: Final = 0.5


@dataclass(slots=True)
class FollowCounts:
    loaded: int = 0
    refused: int = 0
    """Files that were no table or damaged; the one of before is kept."""
    trouble: str = ""
    """What is the matter with the file as it lies there; empty where nothing is."""


class StandingsFollower:
    """Notices that the file was replaced, by inode, size and time of change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self.counts = FollowCounts()

    def look(self) -> Standings | None:
        """The table, where there is one that was not given before and that can be used."""
        try:
            status = self._path.stat()
            seen = (status.st_ino, status.st_size, status.st_mtime_ns)
            if seen == self._seen:
                return None
            self._seen = seen
            found = Standings(_contents(self._path), str(self._path))
        except FileNotFoundError:
            # Not published yet, or moved away: what was loaded holds until its standings run out.
            self.counts.trouble = "there is no file"
            return None
        except (InputError, OSError, ValueError) as error:
            self.counts.refused += 1
            self.counts.trouble = str(error)
            return None
        self.counts.loaded += 1
        self.counts.trouble = ""
        return found


def follow_standings(
    follower: StandingsFollower, take: Callable[[Standings], None], *, every_s: float = _EVERY_S
) -> Callable[[], None]:
    """Look again and again from a thread; give the function that ends it.

    Args:
        follower: What to look by; its first look is made here, so that the caller starts with what is there.
        take: Called with each newer table, on the thread, and for the first one here.
        every_s: Between two looks.
    """
    is_over = threading.Event()

    def look() -> None:
        if (found := follower.look()) is not None:
            take(found)

    def go_on() -> None:
        while not is_over.wait(every_s):
            look()

    look()
    thread = threading.Thread(target=go_on, name="stillwatch-standings", daemon=True)
    thread.start()

    def end() -> None:
        is_over.set()
        thread.join()

    return end


def _contents(path: Path) -> Any:
    with path.open("rb") as file:
        if path.stat().st_size < _MAPPED_BYTES:
            return file.read()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
