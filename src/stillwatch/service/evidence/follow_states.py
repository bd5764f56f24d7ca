"""Follow the states of guards, hubs and people's acts, and note what was added to them: now, or again and again.

    follow_states(open_book, [Path("stillwatch-out/guard.db")], is_over=lambda wait_s: over.wait(wait_s), say=print)

It runs beside the guard, in a process of its own, so that no request waits for it. Where the log cannot be written, the
guard goes on, this says so, and the next round notes what was left.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError, StillwatchError
from stillwatch.service.evidence.note_denials import note_denials
from stillwatch.service.evidence.note_trail import note_trail

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stillwatch.service.evidence.notebook import Notebook

OpenBook = Callable[[], "Notebook"]
EVERY_S: Final = 60.0
_WAIT_S: Final = 5.0


class Caught(NamedTuple):
    """What was noted of one state."""

    entries: int
    """Of its audit trail."""
    denials: int


def note_state(state: Path, book: Notebook) -> Caught:
    """Note what was added to a state since the last time.

    Raises:
        InputError: The file is no state with an audit trail.
        SettingsError, VerificationError: The log cannot be written.
    """
    name = str(state.resolve())
    try:
        with closing(sqlite3.connect(f"{state.resolve().as_uri()}?mode=ro", uri=True, timeout=_WAIT_S)) as connection:
            tables = {table for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "audit" not in tables:
                raise InputError("no state with an audit trail", where=name, mend="name guard.db, intel.db or the like")
            entries = note_trail(connection, name, book)
            return Caught(entries, note_denials(connection, name, book) if "denial" in tables else 0)
    except sqlite3.Error as error:
        raise InputError(f"cannot be read: {error}", where=name, mend="name the file that the process keeps") from error


def follow_states(
    open_book: OpenBook,
    states: Iterable[Path],
    *,
    is_over: Callable[[float], bool],
    say: Callable[[str], None],
    every_s: float = EVERY_S,
) -> None:
    """Note what is added, round by round, and once more at the end; goes on whatever happens.

    Args:
        open_book: Opens the notebook; for each round anew, as the log may have been away.
        states: Files; one that is not there yet is waited for.
        is_over: Waits for so many seconds; whether to end then.
        say: Told, in a sentence, of what is the matter, once.
        every_s: From round to round.
    """
    said = ""
    is_last = False
    while True:
        trouble = _round(open_book, states)
        if trouble != said:
            say(trouble or "the evidence log is written again; nothing was lost")
        said = trouble
        if is_last:
            return
        is_last = is_over(every_s)


def _round(open_book: OpenBook, states: Iterable[Path]) -> str:
    """What is the matter; empty where all was noted."""
    try:
        with closing(open_book()) as book:
            book.settle()
            for state in states:
                if state.exists():
                    note_state(state, book)
    except StillwatchError as error:
        return f"not all is noted in the evidence log: {error}"
    except Exception as error:  # noqa: BLE001  # a process that ended here would leave nobody to note anything
        return f"not all is noted in the evidence log: {type(error).__name__}: {error}"
    return ""
