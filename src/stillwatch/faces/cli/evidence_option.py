"""The evidence log in which commands note what they do: an option, and the notebook that it names."""

from __future__ import annotations

import os
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.core.errors import StillwatchError
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_options import open_log

if TYPE_CHECKING:
    from stillwatch.service.evidence.notebook import Notebook

_EXTRA = "evidence"
open_notebook = later("stillwatch.service.evidence.notebook", "Notebook", extra=_EXTRA)
note_state = later("stillwatch.service.evidence.follow_states", "note_state", extra=_EXTRA)

EVIDENCE = click.option(
    "--evidence",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="STILLWATCH_EVIDENCE",
    show_envvar=True,
    help="Folder of the evidence log (`stillwatch log init`) in which this is noted.",
)

BY = click.option("--by", default="", envvar="STILLWATCH_BY", show_envvar=True, help="Your name; it is noted.")
REASON = click.option("--reason", default="", help="Why; it is noted.")


def notebook_at(folder: Path | None) -> Notebook | None:
    """The notebook of a log, closed when the command ends; None where no log is named."""
    return None if folder is None else open_book(folder)


def open_book(folder: Path, *, keys: Path | None = None) -> Notebook:
    """The notebook of a log, closed when the command ends.

    Raises:
        SettingsError: There is no log, or its keys cannot be read.
        VerificationError: It was changed.
    """
    book = opened_book(folder, keys=keys)
    click.get_current_context().call_on_close(book.close)
    return book


def opened_book(folder: Path, *, keys: Path | None = None) -> Notebook:
    """As `open_book`; whoever asked closes it."""
    log = open_log(folder, keys)
    book: Notebook = open_notebook(log, clock=time.time)
    return book


def note_acts(state: Path) -> None:
    """Note what is about to be written to an audit trail when the command ends, where STILLWATCH_EVIDENCE names a log.

    What cannot be noted then is said aloud, and is noted the next time: the trail has it.
    """
    folder = os.environ.get("STILLWATCH_EVIDENCE", "")
    if folder:
        click.get_current_context().call_on_close(lambda: _note_acts(Path(folder), state))


def _note_acts(folder: Path, state: Path) -> None:
    try:
        with closing(opened_book(folder)) as book:
            if state.exists():
                note_state(state, book)
    except StillwatchError as error:
        click.echo(f"not noted in the evidence log yet: {error}", err=True)
