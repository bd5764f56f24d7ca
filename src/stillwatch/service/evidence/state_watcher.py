"""The process beside a guard that notes what it denies and follows; started with it, ended with it, started again.

    watcher = StateWatcher(Path("evidence"), Path("guard.db"), clock=time.monotonic)
    watcher.look()       # again and again: starts it where it does not run
    watcher.close()      # it notes what is left, and ends

It is `stillwatch log watch`, so no request ever waits for a signature or a disk, and nothing of the log's libraries is
loaded into the guard. What is the matter with the log it says itself, on the guard's standard error.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_AGAIN_S: Final = 10.0
_GRACE_S: Final = 10.0
"""For its last round."""


def watch_command(evidence: Path, state: Path) -> list[str]:
    """What is run."""
    return [
        *(sys.executable, "-m", "stillwatch", "log", "watch", str(state)),
        *("--log", str(evidence), "--while-piped"),
    ]


class StateWatcher:
    """For one guard; of several workers of one server one has it.

    Args:
        evidence: Folder of the log.
        state: That the guard keeps.
        clock: Seconds that only grow.
        command: Makes the command line from both.
    """

    def __init__(
        self,
        evidence: Path,
        state: Path,
        *,
        clock: Callable[[], float],
        command: Callable[[Path, Path], list[str]] = watch_command,
    ) -> None:
        self._command = command(evidence, state)
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._starts_at = clock()
        self.trouble = ""
        """Why nothing is noted now; empty where it runs."""

    def look(self) -> None:
        """Start it where it does not run; not at once again where it has just ended."""
        if self._process is not None and self._process.poll() is not None:
            self.trouble = f"nothing is noted in the evidence log: its process ended with {self._process.returncode}"
            self._process = None
            self._starts_at = self._clock() + _AGAIN_S
        if self._process is None and self._clock() >= self._starts_at:
            try:
                self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603  # ours
            except OSError as error:
                self.trouble = f"nothing is noted in the evidence log: {error}"
                self._starts_at = self._clock() + _AGAIN_S
            else:
                self.trouble = ""

    def close(self) -> None:
        """Let it note what is left, and end."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
