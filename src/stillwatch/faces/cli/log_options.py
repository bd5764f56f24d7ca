"""What commands of `stillwatch log` share: which log, its private keys, and the log opened with them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.faces.cli.keys_command import passphrase
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    from stillwatch.service.evidence.evidence_log import EvidenceLog

EXTRA = "evidence"
LOG = click.option(
    "--log",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-out/evidence"),
    show_default=True,
    envvar="STILLWATCH_EVIDENCE",
    show_envvar=True,
    help="The folder of the log.",
)
KEYS = click.option(
    "--keys", type=click.Path(file_okay=False, path_type=Path), help="Where its private keys lie, if not in it."
)
KEY = click.option(
    "--key",
    default="",
    help="A key that is there, to be the first one: FILE, pkcs11:... or agent:SHA256:...; made if not given.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_open = later("stillwatch.service.evidence.evidence_log", "EvidenceLog.open", extra=EXTRA)


def open_log(folder: Path, keys: Path | None = None) -> EvidenceLog:
    """The log of a folder.

    Raises:
        SettingsError: There is none, or its keys cannot be read.
        VerificationError: It was changed.
    """
    log: EvidenceLog = _open(folder, clock=time.time, passphrase=passphrase(), keys=keys)
    return log
