"""Run a script that forks in a process of its own: the one that runs the tests has threads, which break in a fork."""

from __future__ import annotations

import subprocess
import sys


def printed(script: str) -> str:
    """What the script prints."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603  # ours
    assert done.returncode == 0, done.stderr
    return done.stdout
