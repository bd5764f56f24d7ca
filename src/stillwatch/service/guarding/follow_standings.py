"""Follow the files of standings: a guard decides by a newer one within a second, and by the old one if it is damaged.

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
table of a million rows takes some tens of milliseconds. `open_guard` looks from a thread of its own.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError
from stillwatch.guard.several_standings import SeveralStandings, joined
from stillwatch.guard.standings import Standings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stillwatch.guard.several_standings import StandingsTable

_MAPPED_BYTES: Final = 16 << 20
"""A smaller table is read into memory, so that whoever copies over the file in place cannot pull it away from under a
running guard; a larger one is mapped, shared by all processes, and must be replaced as a whole, as publishing does."""


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


class TablesFollower:
    """Follows several files at once, and gives what lies in them as one table.

    A table that is damaged or gone leaves that of before in force, and the others as they are.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._followers = {path: StandingsFollower(path) for path in paths}
        self._tables: dict[Path, Standings] = {}
        self._other_salts = 0

    def look(self) -> StandingsTable | None:
        """All tables as one, where one of them is newer than when this was asked before."""
        is_newer = False
        for path, follower in self._followers.items():
            if (found := follower.look()) is not None:
                self._tables[path] = found
                is_newer = True
        if not is_newer:
            return None
        table = joined([self._tables[path] for path in self._followers if path in self._tables])
        self._other_salts = table.other_salts if isinstance(table, SeveralStandings) else 0
        return table

    @property
    def loaded(self) -> int:
        return sum(one.counts.loaded for one in self._followers.values())

    @property
    def refused(self) -> int:
        return sum(one.counts.refused for one in self._followers.values())

    def trouble(self) -> tuple[str, ...]:
        """What is the matter with the files as they lie there, a sentence each; nothing if all is well."""
        several = len(self._followers) > 1
        told = [
            f"standings{f' {path.name}' if several else ''}: {one.counts.trouble}"
            for path, one in self._followers.items()
            if one.counts.trouble
        ]
        if self._other_salts:
            told.append("standings: tables hold templates of several salts; those of the first one's salt alone match")
        return tuple(told)


def _contents(path: Path) -> Any:
    with path.open("rb") as file:
        if path.stat().st_size < _MAPPED_BYTES:
            return file.read()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
