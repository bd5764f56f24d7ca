"""Several workers as operators meet them: under load, killed, told by signals, and left by their supervisor."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORKERS = 3
POLICY = """
version = "{version}"
mode = "enforce"

[[rule]]
name = "closed"
accounts = ["closed"]
respond = "block"

[[rule]]
name = "trial"
accounts = ["trial"]
respond = "throttle"
requests_per_minute = 1
burst = 20
per = "account"
"""
SETTINGS = """
policy = "policy.toml"
state = "guard.db"
[identity]
account_header = "x-account"
[listen]
address = "127.0.0.1:{port}"
drain_s = 3.0
"""


class Said(NamedTuple):
    at: float
    account: str
    status: int
    """0 = the connection was cut."""
    decision: str


class Server:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = int(one.getsockname()[1])
        (folder / "serve.toml").write_text(SETTINGS.format(port=self.port))
        self.write_policy("1")
        command = [sys.executable, "-m", "stillwatch", "serve", "--settings", str(folder / "serve.toml")]
        self.process = subprocess.Popen(  # noqa: S603  # ours
            [*command, "--workers", str(WORKERS)], stderr=(folder / "log").open("ab")
        )

    def write_policy(self, version: str) -> None:
        (self.folder / "policy.toml").write_text(POLICY.format(version=version))

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def until(self, is_so: Callable[[], bool]) -> None:
        ends_at = time.monotonic() + 60
        while not is_so():
            assert time.monotonic() < ends_at, self.log()
            time.sleep(0.02)

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(one) for one in children]

    def got(self, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", path)
        found = connection.getresponse().read().decode()
        connection.close()
        return found


class Load(threading.Thread):
    """A client that keeps its connection, and opens another where it was cut."""

    def __init__(self, port: int, account: str) -> None:
        super().__init__()
        self.account = account
        self.said: list[Said] = []
        self.is_over = threading.Event()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)

    def run(self) -> None:
        while not self.is_over.wait(0.005):
            try:
                self._connection.request("POST", "/authz/v1/messages", b"{}", {"x-account": self.account})
                answer = self._connection.getresponse()
                answer.read()
                status, decision = answer.status, answer.headers["x-stillwatch-decision"] or ""
            except (OSError, http.client.HTTPException):
                self._connection.close()
                status, decision = 0, ""
            self.said.append(Said(time.time(), self.account, status, decision))
        self._connection.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    try:
        made.until(lambda: f"{WORKERS} workers serve" in made.log())
        yield made
    finally:
        made.process.kill()
        made.process.wait()


def test_a_worker_that_is_killed_under_load_costs_its_own_connections_alone(server: Server) -> None:
    clients = [Load(server.port, account) for account in ("honest", "closed", "trial") * 4]
    for client in clients:
        client.start()
    time.sleep(1.5)
    before = server.workers()
    killed_at = []
    for _ in range(2):
        victim = server.workers()[0]
        os.kill(victim, signal.SIGKILL)
        killed_at.append(time.time())
        server.until(lambda gone=victim: len(server.workers()) == WORKERS and gone not in server.workers())  # type: ignore[misc]
        time.sleep(0.5)
    for client in clients:
        client.is_over.set()
    for client in clients:
        client.join()
    said = [one for client in clients for one in client.said]
    answered = {
        account: Counter(one.status for one in said if one.account == account)
        for account in ("honest", "closed", "trial")
    }
    # Nobody is let through or denied against the policy, and a budget outlives who granted it.
    assert set(answered["honest"]) <= {200, 0}
    assert set(answered["closed"]) <= {403, 0}
    assert set(answered["trial"]) <= {200, 429, 0}
    assert answered["trial"][200] + answered["trial"][0] >= 20
    assert answered["trial"][200] <= 20 + WORKERS - 1
    # A death cuts at most what was under way, and the time without an answer is short.
    assert sum(counted[0] for counted in answered.values()) <= 2 * len(clients)
    assert len(set(server.workers()) - set(before)) == 2
    assert server.log().count("was ended by SIGKILL; another takes its place") == 2
    server.until(lambda: "stillwatch_worker_restarts_total 2" in server.got("/metrics"))
    server.until(lambda: json.loads(server.got("/readyz"))["degraded"] == [])
    server.process.terminate()
    assert server.process.wait(15) == 0
    recorded = {row[0] for row in sqlite3.connect(server.folder / "guard.db").execute("SELECT id FROM denial")}
    lost = [one for one in said if one.decision and one.decision not in recorded]
    last_second = [one for one in lost if any(-0.3 <= at - one.at <= 1.2 for at in killed_at)]
    assert last_second == lost  # and of the killed worker's denials alone


def test_connections_that_come_at_once_are_shared_out(server: Server) -> None:
    clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(12)]
    try:
        for client in clients:
            client.sendall(b"GET /livez HTTP/1.1\r\nhost: g\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 200")

        def held() -> list[int]:
            found = re.findall(
                r'^stillwatch_connections_open\{worker="\d"\} (\d+)', server.got("/metrics"), re.MULTILINE
            )
            return [int(one) for one in found]

        server.until(lambda: sum(held()) >= 12 and min(held()) >= 2)
    finally:
        for client in clients:
            client.close()


def test_reload_and_drain_reach_all(server: Server) -> None:
    server.write_policy("2")
    server.process.send_signal(signal.SIGHUP)
    server.until(lambda: len(re.findall(r"worker \d: policy 2 is in force", server.log())) == WORKERS)
    server.until(lambda: server.got("/metrics").count('version="2"') == WORKERS)
    assert json.loads(server.got("/readyz")) == {"ready": True, "because": [], "degraded": []}
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        slow.sendall(b"POST /authz/v1/messages HTTP/1.1\r\nhost: g\r\nx-account: closed\r\ncontent-length: 2\r\n\r\n")
        time.sleep(0.3)
        server.process.terminate()
        server.until(lambda: server.log().count("draining") >= 1)
        slow.sendall(b"{}")
        assert slow.recv(100).startswith(b"HTTP/1.1 403")
    assert server.process.wait(15) == 0
    assert len(re.findall(r"worker \d: stopped; .* 0 connections cut off", server.log())) == WORKERS


def test_workers_whose_supervisor_is_killed_end_by_themselves(server: Server) -> None:
    workers = server.workers()
    server.process.kill()
    server.process.wait()
    server.until(lambda: not any(Path(f"/proc/{one}").exists() for one in workers))


def test_what_keeps_a_worker_from_starting_ends_all(tmp_path: Path) -> None:
    (tmp_path / "guard.db").write_bytes(b"no database, and longer than a header of SQLite would be" * 20)
    server = Server(tmp_path)
    assert server.process.wait(30) == 2
    assert "this is no state" in server.log()
