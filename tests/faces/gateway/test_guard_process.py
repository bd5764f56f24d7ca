"""The process as operators meet it: started, asked, told by signals, killed, and started again."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from mock_replies import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_upstream import MockUpstream

POLICY = """
version = "{version}"
mode = "enforce"
on_failure = "{on_failure}"

[[rule]]
name = "closed"
accounts = ["closed"]
respond = "block"

[[rule]]
name = "trial"
accounts = ["trial"]
respond = "throttle"
requests_per_minute = 1
burst = 5
per = "account"
"""
SETTINGS = """
policy = "policy.toml"
state = "guard.db"

[identity]
account_header = "x-account"

[listen]
address = "127.0.0.1:{port}"
drain_s = 2.0

[limits]
header_bytes = 8192
body_bytes = 4096
request_s = 1.0
"""


class Guard:
    """A guard in a folder, which may be killed and started again."""

    def __init__(self, folder: Path, more: str = "") -> None:
        self.folder = folder
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = int(one.getsockname()[1])
        (folder / "serve.toml").write_text(SETTINGS.format(port=self.port) + more)
        self.write_policy()
        self.start()

    def write_policy(self, version: str = "1", on_failure: str = "allow") -> None:
        (self.folder / "policy.toml").write_text(POLICY.format(version=version, on_failure=on_failure))

    def start(self) -> None:
        command = [sys.executable, "-m", "stillwatch", "serve", "--settings", str(self.folder / "serve.toml")]
        self.process = subprocess.Popen(command, stderr=(self.folder / "log").open("ab"))  # noqa: S603  # ours
        self.until(lambda: self.status("/livez") == 200)

    def ask(self, account: str, body: bytes = b'{"model": "m"}', path: str = "/v1/chat/completions") -> int:
        return self.status(f"/authz{path}", "POST", body, {"x-account": account})

    def status(self, path: str, method: str = "GET", body: bytes = b"", headers: dict[str, str] | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request(method, path, body, headers or {})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def decide(self, body: bytes) -> dict[str, object]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("POST", "/decide", body)
        found = json.loads(connection.getresponse().read())
        connection.close()
        return found

    def metrics(self) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", "/metrics")
        found = connection.getresponse().read().decode()
        connection.close()
        return found

    def until(self, is_so: object) -> None:
        for _ in range(400):
            if is_so():  # type: ignore[operator]
                return
            assert self.process.poll() is None, self.said()
            time.sleep(0.025)
        raise AssertionError(self.said())

    def said(self) -> str:
        return (self.folder / "log").read_text()

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(10)


@pytest.fixture
def guard(tmp_path: Path) -> Iterator[Guard]:
    made = Guard(tmp_path)
    yield made
    made.process.kill()
    made.process.wait()


def test_it_serves_reloads_and_ends_as_it_is_told(guard: Guard) -> None:
    assert [guard.ask("honest"), guard.ask("closed"), guard.status("/readyz")] == [200, 403, 200]
    guard.write_policy(version="2")
    guard.process.send_signal(signal.SIGHUP)
    guard.until(lambda: "policy 2 is in force" in guard.said())
    (guard.folder / "policy.toml").write_text("version = 3")
    guard.process.send_signal(signal.SIGHUP)
    guard.until(lambda: "policy.toml:1: version is a text" in guard.said())
    assert [guard.ask("honest"), guard.ask("closed"), guard.status("/readyz")] == [200, 403, 200]
    assert guard.decide(b"{}")["policy_version"] == "2"
    assert guard.end(signal.SIGTERM) == 0
    assert guard.said().splitlines()[-1].endswith("requests answered, 0 connections cut off")


def test_a_killed_guard_remembers_what_it_had_granted(guard: Guard) -> None:
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.extend(guard.ask("honest") for _ in range(400)))
    asking.start()
    assert [guard.ask("trial") for _ in range(6)] == [200] * 5 + [429]
    time.sleep(1.1)  # what was decided in the last second may be lost
    guard.end(signal.SIGKILL)
    guard.start()
    assert guard.ask("trial") == 429
    asking.join()
    assert set(answers) <= {200, 0}


def test_what_cannot_be_read_is_answered_as_declared(guard: Guard) -> None:
    assert guard.decide(b"no JSON")["status"] == 200
    guard.write_policy(version="2", on_failure="deny")
    guard.until(lambda: "policy 2 is in force" in guard.said())
    found = guard.decide(b"no JSON")
    assert (found["status"], found["on_failure"], found["degraded"]) == (503, "deny", ["failed: body: malformed"])
    assert guard.ask("honest", body=b"no JSON") == 200


def test_hostile_clients_cost_the_others_nothing(guard: Guard) -> None:
    loris = [socket.create_connection(("127.0.0.1", guard.port)) for _ in range(64)]
    for one in loris:
        one.sendall(b"POST /authz/v1/chat HTTP/1.1\r\nx-a: ")
    assert guard.status("/authz/v1/chat", headers={"x-a": "a" * 20_000}) == 431
    assert guard.ask("honest", body=b'{"model": "' + b"a" * 100_000) == 200
    assert guard.ask("closed", body=b'{"model": "' + b"a" * 100_000) == 403
    assert [guard.ask("closed"), guard.ask("honest")] == [403, 200]
    for one in loris:
        one.settimeout(5)
        assert one.recv(100).startswith(b"HTTP/1.1 408")
        one.close()


def test_a_second_signal_ends_at_once(guard: Guard) -> None:
    with socket.create_connection(("127.0.0.1", guard.port)) as slow:
        slow.sendall(b"GET / HT")
        time.sleep(0.1)
        guard.process.send_signal(signal.SIGTERM)
        guard.until(lambda: "draining" in guard.said())
        began_at = time.monotonic()
        assert guard.end(signal.SIGTERM) == 0
        assert time.monotonic() - began_at < 0.9
    assert guard.said().splitlines()[-1].endswith("1 connections cut off")


def test_the_proxy_stands_before_an_engine_and_drains_what_is_under_way(tmp_path: Path, upstream: MockUpstream) -> None:
    upstream.answer = Answer(words=("word ",) * 20, pause_s=0.05)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    guard = Guard(tmp_path, f'[proxy]\nengine = "{upstream.url}"\naddress = "127.0.0.1:{port}"\n')
    try:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        asked.request("POST", "/v1/chat/completions", b'{"model": "m"}', {"x-account": "closed"})
        assert asked.getresponse().status == 403
        asked.close()
        asked.request("POST", "/v1/chat/completions", b'{"model": "m", "stream": true}', {"x-account": "honest"})
        answer = asked.getresponse()
        found = answer.read(100)
        assert 'stillwatch_proxy_exchanges_total{ended="denied"} 1' in guard.metrics()
        guard.process.send_signal(signal.SIGTERM)
        found += answer.read()
        asked.close()
        assert (found.count(b"word"), found[-14:]) == (20, b"data: [DONE]\n\n")
        assert guard.process.wait(10) == 0
    finally:
        guard.process.kill()
        guard.process.wait()
