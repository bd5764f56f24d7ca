"""The register of deployments: which engine marks with which key since when.

    deployed.jsonl   one line for each time that a configuration was handed out; it holds no secret

Read with the standard library alone, since a guard in the request path follows it too.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from stillwatch.core.deployed_mark import DeployedMark
from stillwatch.core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_deployed(path: Path) -> tuple[DeployedMark, ...]:
    """The register, the oldest first; empty where no file is.

    Raises:
        SettingsError: It or a line of it cannot be read.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise SettingsError(f"cannot be read: {error}", where=str(path), mend="set its permissions right") from error
    return tuple(_read(lines, str(path)))


def _read(lines: list[str], where: str) -> Iterator[DeployedMark]:
    for number, line in enumerate(lines, 1):
        try:
            plain = json.loads(line)
            known = plain | {"at": datetime.fromisoformat(plain["at"]), "models": tuple(plain["models"])}
            yield DeployedMark(**known)
        except (ValueError, KeyError, TypeError) as error:
            mend = "restore the register from its copy"
            raise SettingsError(f"no deployment: {error}", where=f"{where}:{number}", mend=mend) from error


class DeployedFile:
    """A register that is read again whenever it has grown."""

    def __init__(self, path: Path) -> None:
        """Read it once.

        Raises:
            SettingsError: It is not there, or cannot be read.
        """
        if not path.exists():
            mend = "hand out a configuration with: stillwatch marks config ENGINE --key LABEL --scheme NAME"
            raise SettingsError("there is no register of deployments", where=str(path), mend=mend)
        self._path = path
        self._seen = self._state()
        self._marks = read_deployed(path)
        self.trouble = ""
        """Why it cannot be read now, while what was read before stays in force; empty if all is well."""

    def now(self) -> tuple[DeployedMark, ...]:
        """What it holds now, the oldest first."""
        try:
            if (state := self._state()) != self._seen:
                self._marks = read_deployed(self._path)
                self._seen = state
            self.trouble = ""
        except (OSError, SettingsError) as error:
            self.trouble = str(error)
        return self._marks

    def _state(self) -> tuple[int, int]:
        found = self._path.stat()
        return found.st_mtime_ns, found.st_size
