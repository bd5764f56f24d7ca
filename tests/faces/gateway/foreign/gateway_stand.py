"""A model, a guard and somebody else's gateway between them: real processes, and the configuration that we ship."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXAMPLES = Path(__file__).parents[4] / "examples" / "guard"
CHAT = "/v1/chat/completions"
POLICY = """
version = "t-1"
mode = "enforce"
contact = "trust@lab.example"

[[rule]]
name = "closed"
accounts = ["acct-closed"]
respond = "block"
reason = "This account is closed."

[[rule]]
name = "verify"
accounts = ["acct-unverified"]
respond = "challenge"
url = "https://lab.example/verify"

[[rule]]
name = "trial"
accounts = ["acct-trial"]
respond = "throttle"
requests_per_minute = 2
burst = 2
per = "account"
"""
_PORTS = {"model": "8000", "front": "8080", "guard": "8088"}
"""Those of the examples; each run gets others."""
_STARTS_S = 20.0


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: Any


@dataclass
class Stand:
    """What runs, and where."""

    folder: Path
    ports: dict[str, int]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    served: list[dict[str, str]] = field(default_factory=list)
    """Headers of what reached the model."""
    bodies: list[bytes] = field(default_factory=list)
    """And its bodies."""

    def ask(self, key: str, path: str = CHAT, body: bytes = b'{"model": "m"}', **headers: str) -> Reply:
        """A customer's request, through the gateway."""
        sent = {"authorization": f"Bearer {key}", "content-type": "application/json", **headers}
        return ask(self.ports["front"], path, body, sent)

    def start(self, name: str, command: list[str]) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)  # noqa: S603
        self.wait_for(name)

    def start_guard(self) -> None:
        self.start("guard", [sys.executable, "-m", "stillwatch", "serve", "--settings", "serve.toml"])

    def stop(self, name: str, sent: signal.Signals = signal.SIGTERM) -> int:
        process = self.processes.pop(name)
        process.send_signal(sent)
        return process.wait(15)

    def wait_for(self, name: str) -> None:
        until = time.monotonic() + _STARTS_S
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.ports[name])) == 0:
                    return
            if (ended := self.processes[name].poll()) is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"{name} did not start ({ended}): {(self.folder / f'{name}.log').read_text()[-2000:]}")


def ask(port: int, path: str, body: bytes, headers: dict[str, str]) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    told = {name.lower(): value for name, value in answer.getheaders()}
    return Reply(answer.status, told, json.loads(text) if text.startswith(b"{") else text)


@contextmanager
def running(
    folder: Path,
    start: Callable[[Stand], None],
    *configurations: str,
    change: Callable[[str, str], str] = lambda _, text: text,
) -> Iterator[Stand]:
    """A model, a guard and the gateway that `start` starts between them, until the end of the block."""
    made = stand_up(folder, *configurations, change=change)
    try:
        start(made)
        yield made
    finally:
        tear_down(made)


def stand_up(folder: Path, *configurations: str, change: Callable[[str, str], str] = lambda _, text: text) -> Stand:
    """A model and a guard that run, and the gateway's configuration ready to be run."""
    stand = Stand(folder, {name: free_port() for name in _PORTS})
    (folder / "policy.toml").write_text(POLICY)
    for name in ("serve.toml", *configurations):
        (folder / name).write_text(change(name, _moved((EXAMPLES / name).read_text(), stand, folder)))
    _serve_model(stand)
    stand.start_guard()
    return stand


def tear_down(stand: Stand) -> None:
    """End everything; a master that is killed would leave its workers behind."""
    for process in stand.processes.values():
        process.terminate()
    for process in stand.processes.values():
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    stand.processes.clear()


def program(name: str, why: str) -> str:
    """Where a program is; without it the test is skipped."""
    found = shutil.which(
        name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", str(Path(sys.executable).parent)))
    )
    if not found:
        pytest.skip(f"{name} is not installed: {why}")
    return found


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _moved(text: str, stand: Stand, folder: Path) -> str:
    """The same text with ports and paths of this run."""
    for name, port in _PORTS.items():
        text = re.sub(rf"(127\.0\.0\.1(?::|, port_value: )){port}\b", rf"\g<1>{stand.ports[name]}", text)
    return text.replace("/var/lib/stillwatch", str(folder))


def _serve_model(stand: Stand) -> None:
    class Model(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            stand.served.append({name.lower(): value for name, value in self.headers.items()})
            stand.bodies.append(self.rfile.read(int(self.headers.get("content-length", "0"))))
            told = b'{"choices": []}'
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", stand.ports["model"]), Model)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()


def check_usual_answers(stand: Stand) -> None:
    """What every gateway must do with what the guard says."""
    honest = stand.ask("sk-honest")
    assert (honest.status, honest.body) == (200, {"choices": []})
    closed = stand.ask("sk-closed")
    assert closed.status == 403
    assert closed.body["error"]["message"].startswith(
        "This account is closed. Questions: trust@lab.example. Reference:"
    )
    assert closed.headers["x-stillwatch-decision"] == closed.body["error"]["decision_id"]
    assert closed.headers["content-type"] == "application/json"
    verify = stand.ask("sk-unverified", "/v1/messages")
    assert (verify.status, verify.body["error"]["type"]) == (403, "permission_error")
    trial = [stand.ask("sk-trial") for _ in range(3)]
    assert [one.status for one in trial] == [200, 200, 429]
    assert 1 <= int(trial[-1].headers["retry-after"]) <= 30
    assert trial[-1].body["error"]["code"] == "rate_limit_exceeded"
    forged = {"x-account-id": "acct-honest", "x-stillwatch-obligations": "none", "x-request-id": "mine"}
    assert stand.ask("sk-closed", **forged).status == 403
    assert "x-stillwatch-obligations" not in stand.served[-1] or not stand.served[-1]["x-stillwatch-obligations"]
    assert len(stand.served) == 3
