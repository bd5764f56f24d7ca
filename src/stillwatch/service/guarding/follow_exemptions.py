"""Follow the exemptions beside a guard's state: whoever won an appeal is spared within a second, published or not.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from stillwatch.service.guarding.exemptions import write_exemptions
>>> with TemporaryDirectory() as folder:
...     follower = ExemptionsFollower(Path(folder) / "guard.db")
...     write_exemptions(Path(folder) / "exemptions.json", [])
...     follower.look().rows, follower.look()
(0, None)

Publishing puts them into the standings too, for guards that have no part of the state.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import StillwatchError
from stillwatch.guard.build_standings import build
from stillwatch.guard.standings import Standings
from stillwatch.service.guarding.exemptions import exemptions_beside, read_exemptions

if TYPE_CHECKING:
    from pathlib import Path

_ALL: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""What has run out stays in the table, which knows until when each holds."""
_MISSING: Final = (0, 0, 0)


class ExemptionsFollower:
    """Notices that the file was replaced, or taken away."""

    def __init__(self, state: Path) -> None:
        self._path = exemptions_beside(state)
        self._seen = _MISSING
        self.trouble = ""
        """What is the matter with the file as it is now; empty where nothing is."""

    def look(self) -> Standings | None:
        """The exemptions as a table, where they are others than before; of a file that cannot be read, those of before
        hold.
        """
        try:
            seen = self._stamp()
            if seen == self._seen:
                return None
            self._seen = seen
            found = Standings(build(read_exemptions(self._path, at=_ALL), seed=0), str(self._path))
        except (StillwatchError, OSError) as error:
            self.trouble = f"exemptions: {error}"
            return None
        self.trouble = ""
        return found

    def _stamp(self) -> tuple[int, int, int]:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return _MISSING
        return status.st_ino, status.st_size, status.st_mtime_ns
