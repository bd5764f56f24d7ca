"""A PostgreSQL server of a test's own, made by `initdb` in a folder of its own; as root it runs as another user."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_STARTS_WITHIN_S = 60.0


def postgres_programs() -> Path | None:
    """The folder of `initdb` and `postgres`; None where they are not installed."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda file: int(file.parts[-3]))
    if installed:
        return installed[-1].parent
    found = shutil.which("postgres")
    return Path(found).parent if found and shutil.which("initdb") else None


class PostgresServer:
    """Listens on a port of this machine alone, and forgets all when it is stopped.

    Args:
        folder: Empty; others may enter it.
        programs: Folder of the programs.
        is_durable: Whether it waits for the disk, as it does for others.
    """

    def __init__(self, folder: Path, programs: Path, *, is_durable: bool = False) -> None:
        self._folder, self._programs, self._is_durable = folder, programs, is_durable
        self._user = _somebody_else() if os.geteuid() == 0 else None
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"postgresql://stillwatch@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        data = self._folder / "data"
        data.mkdir(mode=0o700)
        if self._user is not None:
            os.chown(data, self._user.pw_uid, self._user.pw_gid)
        made = ("-D", str(data), "-U", "stillwatch", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
        self._wait_for(self._run("initdb", made))
        serving = (
            "-D",
            str(data),
            "-p",
            str(self.port),
            "-h",
            "127.0.0.1",
            "-k",
            "",
            "-c",
            f"fsync={'on' if self._is_durable else 'off'}",
        )
        self._process = self._run("postgres", serving)
        until = time.monotonic() + _STARTS_WITHIN_S
        ask = ("-h", "127.0.0.1", "-p", str(self.port), "-q")
        while self._run("pg_isready", ask).wait():
            assert time.monotonic() < until, "PostgreSQL did not start"
            assert self._process.poll() is None, self._said()
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def kill(self) -> None:
        """At once, as if the power went."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _run(self, program: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        user = {} if self._user is None else {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": ()}
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603  # programs of the machine
                [self._programs / program, *arguments],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **user,
            )

    def _wait_for(self, process: subprocess.Popen[bytes]) -> None:
        assert process.wait() == 0, self._said()

    def _said(self) -> str:
        return (self._folder / "log").read_text("utf-8")


def _somebody_else() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root."""
    names = {one.pw_name for one in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
