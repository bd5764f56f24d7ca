"""The evidence log in which commands note what they do: an option, and the notebook that it names."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.faces.cli.keys_command import passphrase
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    from stillwatch.service.evidence.notebook import Notebook

_EXTRA = "evidence"
open_log = later("stillwatch.service.evidence.evidence_log", "EvidenceLog.open", extra=_EXTRA)
open_notebook = later("stillwatch.service.evidence.notebook", "Notebook", extra=_EXTRA)

EVIDENCE = click.option(
    "--evidence",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="STILLWATCH_EVIDENCE",
    show_envvar=True,
    help="Folder of the evidence log (`stillwatch log init`) in which this is noted.",
)


def notebook_at(folder: Path | None) -> Notebook | None:
    """The notebook of a log, closed when the command ends; None where no log is named."""
    return None if folder is None else open_book(folder)


def open_book(folder: Path, *, keys: Path | None = None) -> Notebook:
    """The notebook of a log, closed when the command ends.

    Raises:
        SettingsError: There is no log, or its keys cannot be read.
        VerificationError: It was changed.
    """
    log = open_log(folder, clock=time.time, passphrase=passphrase(), keys=keys)
    book: Notebook = open_notebook(log, clock=time.time)
    click.get_current_context().call_on_close(book.close)
    return book
