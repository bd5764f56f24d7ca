"""Write what a screen found: screen.json, screen.csv, and screened.bin, the table that guards look up beside others.

written = write_screened(screened, Path("out"))
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.guard.build_standings import build
from stillwatch.service.screening.screen_document import screen_csv, screen_document
from stillwatch.service.screening.screened_rows import screened_rows
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.screened import Candidate, Screened

SCREENED_TABLE: Final = "screened.bin"
_LIFETIME: Final = timedelta(days=7)
"""Lists change: what nobody has screened again for so long is no fact any more."""
_MODE: Final = 0o640


def write_screened(screened: Screened, out: Path) -> None:
    """Write the results under `out`; each file is complete or not there."""
    out.mkdir(parents=True, exist_ok=True)
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    write_whole(out / "screen.json", orjson.dumps(screen_document(screened), option=options))
    write_whole(out / "screen.csv", screen_csv(screened))
    write_table(screened.candidates, out, at=screened.screened_at)


def write_table(candidates: Iterable[Candidate], out: Path, *, at: datetime) -> None:
    """Write OUT/screened.bin alone."""
    rows = screened_rows(candidates, at=at, lifetime=_LIFETIME)
    write_whole(out / SCREENED_TABLE, build(rows, seed=secrets.randbits(63), published_at=at.timestamp()), mode=_MODE)
