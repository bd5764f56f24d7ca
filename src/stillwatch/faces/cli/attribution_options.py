"""Options that say where the ring of marking keys and the transparency log are."""

from __future__ import annotations

from pathlib import Path

import click

RING = click.option(
    "--marks",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-out/marks"),
    show_default=True,
    envvar="STILLWATCH_MARKS",
    show_envvar=True,
    help="The folder of the ring.",
)
LOG = click.option(
    "--log",
    "log_folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-out/evidence"),
    show_default=True,
    envvar="STILLWATCH_EVIDENCE",
    show_envvar=True,
    help="The folder of the transparency log.",
)
