"""Publish who stands where as one table, for guards to map into memory.

publisher = StandingsPublisher(out, store=Path("out/store"), authorised=None, exemptions=None)
publisher.publish(watched, at=now, is_new=True)      # OUT/standings.bin, replaced as a whole

What the table holds beyond the standings (API keys, template keys) is asked of the store when a scan has said something
new, and remembered in between; ledger and exemptions are read again each time, so that an exemption reaches the guards
with the next round, whether or not anything was logged.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from stillwatch.guard.build_standings import build
from stillwatch.logs.ledger import load_ledger
from stillwatch.logs.store import Store
from stillwatch.service.guarding.exemptions import read_exemptions
from stillwatch.service.guarding.standing_rows import Ties, exempt_rows, standing_rows
from stillwatch.service.read_ties import read_ties
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.key_standing import KeyStanding
    from stillwatch.core.tracking import Watched

STANDINGS_FILE: Final = "standings.bin"
_MODE: Final = 0o640
"""The table holds the store's salt: its owner and the guards' group may read it."""


class StandingsPublisher:
    """Writes OUT/standings.bin; for one process, beside whatever else is published there."""

    def __init__(self, out: Path, *, store: Path, authorised: Path | None, exemptions: Path | None) -> None:
        self._file = out / STANDINGS_FILE
        self._store = store
        self._authorised = authorised
        self._exemptions = exemptions
        self._ties: Ties | None = None
        self._exempt: list[KeyStanding] | None = None

    def publish(self, watched: Watched, *, at: datetime, is_new: bool, until: int | None = None) -> bool:
        """Write the table where it would be another one than before; give whether it was written.

        Args:
            watched: Who stands where.
            at: When.
            is_new: Whether a scan has said something new since the last table.
            until: The first nanosecond of the store that is not looked at; None = all of it.

        Raises:
            InputError: Ledger or exemptions cannot be read; the table of before stays.
        """
        if not (self._store / "settings.json").exists():
            return False
        ledger = load_ledger(self._authorised) if self._authorised else ()
        overturned = read_exemptions(self._exemptions, at=at) if self._exemptions else ()
        store = Store.open(self._store)
        listed = {name for entry in ledger for name in entry.account_ids}
        if is_new or self._ties is None or not listed <= self._ties.known.keys():
            self._ties = read_ties(store, watched, sorted(listed), until=until)
        unit = store.settings.unit
        exempt = [*exempt_rows(ledger, self._ties, unit=unit, at=at), *overturned]
        if not is_new and exempt == self._exempt:
            return False
        rows = standing_rows(watched.campaigns, watched.standings, self._ties, unit=unit) + exempt
        table = build(rows, seed=secrets.randbits(63), salt=store.settings.salt, published_at=at.timestamp())
        write_whole(self._file, table, mode=_MODE)
        self._exempt = exempt
        return True
