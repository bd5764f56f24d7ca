"""Publish what peers have told as a table of standings beside that of the scan: OUT/intel.bin.

publisher = IntelPublisher(out, peers, salt=salt, salt_id=salt_id)
publisher.publish(connection, at=now)

Guards that name it beside `standings.bin` look up in both. It is written where it would be another one than before, as
a whole; what runs out does so in the guards by itself.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.guard.build_standings import build
from stillwatch.service.sharing.held import held_indicators, stances
from stillwatch.service.sharing.intel_rows import intel_rows
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    import sqlite3
    from collections import Counter
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.key_standing import KeyStanding
    from stillwatch.service.sharing.peers import Peers

INTEL_TABLE: Final = "intel.bin"
_MODE: Final = 0o640
"""As of `standings.bin`: it holds the salt."""


class PublishedIntel(NamedTuple):
    rows: int
    left_out: Counter[str]
    """Why an accepted indicator is no row → how many."""
    is_written: bool


class IntelPublisher:
    """Writes OUT/intel.bin; for one process.

    Args:
        out: The folder in which guards look.
        peers: Whose word counts.
        salt: That of the store whose template keys guards look up.
        salt_id: Its public name, as indicators give it; empty = templates are left out.
    """

    def __init__(self, out: Path, peers: Peers, *, salt: int = 0, salt_id: str = "") -> None:
        self._file, self._peers, self._salt, self._salt_id = out / INTEL_TABLE, peers, salt, salt_id
        self._before: list[KeyStanding] | None = None

    def publish(self, connection: sqlite3.Connection, *, at: datetime) -> PublishedIntel:
        """Write the table, unless the one that was written last says the same."""
        held = held_indicators(connection, at=at.timestamp())
        found = intel_rows(held, stances(connection), self._peers, at=at, salt_id=self._salt_id)
        is_new = found.rows != self._before
        if is_new:
            seed = secrets.randbits(63)
            table = build(found.rows, seed=seed, salt=self._salt, published_at=at.timestamp())
            write_whole(self._file, table, mode=_MODE)
            self._before = found.rows
        return PublishedIntel(len(found.rows), found.left_out, is_new)
