"""Run somebody else's detector: any program that reads a log and writes `campaigns.json` in our schema.

    run_detector("mydetector --input {log} --output {out}", files, Path("result"))

`{log}` is the folder of the log, `{out}` a folder to write `campaigns.json` into; `{accounts}` and `{authorised}` name
the accounts file and the ledger, for programs that use them. The command is split as a shell would; no shell runs it.
"""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.evaluation.stand import LogFiles

_SHOWN: Final = 400
_FOUND_SOMETHING: Final = 1
"""Detectors that follow our exit codes say so when they found something."""


def run_detector(command: str, files: LogFiles, out: Path, *, timeout_s: float = 3600.0) -> Path:
    """Run the command and give the path of its `campaigns.json`.

    Raises:
        SettingsError: The command names no `{log}` or `{out}`, or an unknown place.
        InputError: It could not be started, failed, took too long, or wrote no `campaigns.json`.
    """
    out.mkdir(parents=True, exist_ok=True)
    words = [_filled(word, files, out) for word in shlex.split(command)]
    if "{log}" not in command or "{out}" not in command:
        raise SettingsError("the command names no {log} or no {out}", where=command, mend="command {log} {out}")
    try:
        done = subprocess.run(words, capture_output=True, timeout=timeout_s, check=False)  # noqa: S603 # that is what was asked for
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(str(error), where=command, mend="run it by hand first") from error
    said = done.stderr.decode(errors="replace").strip()[-_SHOWN:]
    if done.returncode not in {0, _FOUND_SOMETHING}:
        raise InputError(f"the detector ended with {done.returncode}: {said}", where=command, mend="run it by hand")
    found = out / "campaigns.json"
    if not found.is_file():
        what = f"the detector wrote no campaigns.json{': ' if said else ''}{said}"
        raise InputError(what, where=str(out), mend="write it into {out}")
    return found


def _filled(word: str, files: LogFiles, out: Path) -> str:
    places = {"log": files.log, "out": out, "accounts": files.accounts, "authorised": files.authorised}
    try:
        return word.format_map({name: str(path) for name, path in places.items()})
    except (KeyError, IndexError, ValueError) as error:
        raise SettingsError(f"unknown place {error}", where=word, mend=f"one of {', '.join(places)}") from error
