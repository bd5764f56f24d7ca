"""Two guards as processes of their own behind one load balancer, with a real Valkey server between them."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from guard_rows import row
from stillwatch.guard.build_standings import build
from stillwatch.service.guarding.shared_standings import announce_file
from valkey_server import ValkeyServer

if TYPE_CHECKING:
    from collections.abc import Iterator

_POLICY = """
version = "1"
mode = "enforce"
[[rule]]
name = "shared quota"
roles = ["operator"]
respond = "throttle"
requests_per_minute = 30
burst = 10
per = "campaign"
"""
_SETTINGS = """
policy = "../policy.toml"
standings = "standings.bin"
state = "guard.db"
[identity]
account_header = "x-account"
[listen]
address = "127.0.0.1:{port}"
[valkey]
url = "{url}"
takes_standings = true
"""
_BURST, _RATE = 10, 0.5


class Guard:
    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir()
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = int(one.getsockname()[1])
        self._settings = folder / "serve.toml"
        self._settings.write_text(_SETTINGS.format(port=self.port, url=url))
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "stillwatch", "serve", "--settings", str(self._settings)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603  # ours
        until(lambda: self.ask("nobody") == 200)

    def ask(self, account: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("POST", "/authz/v1/chat/completions", b"", {"x-account": account})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def tells(self, line: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", "/metrics")
        found = connection.getresponse().read().decode()
        connection.close()
        return line in found.splitlines()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


def until(is_so: object) -> None:
    deadline = time.monotonic() + 15
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def server() -> Iterator[ValkeyServer]:
    with TemporaryDirectory(prefix="vk") as folder:
        server = ValkeyServer(Path(folder))
        server.start()
        yield server
        server.kill()


@pytest.fixture
def guards(server: ValkeyServer, tmp_path: Path) -> Iterator[list[Guard]]:
    """Two guards that got the standings from the server; account a-N of one operator comes to guard N."""
    (tmp_path / "policy.toml").write_text(_POLICY)
    span = {"since": datetime(2026, 1, 1, tzinfo=UTC), "expires_at": datetime(2100, 1, 1, tzinfo=UTC)}
    (tmp_path / "standings.bin").write_bytes(build([row(f"a-{number}", **span) for number in range(2)], seed=1))
    announce_file(server.url, "stillwatch", tmp_path / "standings.bin")
    found = [Guard(tmp_path / f"g{number}", server.url) for number in range(2)]
    until(lambda: all((tmp_path / f"g{number}" / "standings.bin").exists() for number in range(2)))
    time.sleep(0.7)  # within a second each decides by them
    yield found
    for one in found:
        one.kill()


def admitted(guards: list[Guard], seconds: float) -> int:
    """Requests that went through, asked of each guard in turn as fast as they answer."""
    end, through = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        for number, guard in enumerate(guards):
            status = guard.ask(f"a-{number}")
            assert status in {200, 429}
            through += status == 200
    return through


def test_one_budget_through_a_killed_guard_and_a_server_that_goes_and_comes_back(
    guards: list[Guard], server: ValkeyServer
) -> None:
    began_at = time.monotonic()
    through = admitted(guards, 1.5)
    assert _BURST <= through <= 2 * _BURST + 1

    guards[0].kill()
    guards[0].start()
    server.kill()
    through += admitted(guards, 1.0)
    assert all(guard.tells("stillwatch_sync_degraded 1") for guard in guards)
    server.start()
    through += admitted(guards, 1.0)
    one_guard = _BURST + _RATE * (time.monotonic() - began_at)
    assert through <= one_guard + _BURST + 1

    until(lambda: all(guard.tells("stillwatch_sync_degraded 0") for guard in guards))
    assert [guard.ask("honest") for guard in guards] == [200, 200]
