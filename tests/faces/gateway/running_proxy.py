"""A proxy in a thread of the test's process, and an engine that answers with given bytes."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from guarded import Told

from stillwatch.faces.gateway.proxy import Proxy

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.faces.gateway.proxy_limits import ProxyLimits
    from stillwatch.faces.gateway.proxy_metrics import Outcome

_WAIT_S = 10.0


class RunningProxy:
    """Serves from a thread; `over` holds how each exchange ended."""

    def __init__(self, engine: str, *, told: Told | None = None, limits: ProxyLimits | None = None) -> None:
        self.told = told or Told()
        self.over: list[tuple[RequestFacts, Decision, Outcome]] = []
        self.proxy = Proxy(self.told.point, engine, limits, lambda *exchange: self.over.append(exchange))
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def outcome(self) -> Outcome:
        return self.over[-1][2]

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = self._run(self.proxy.listen("127.0.0.1", 0))
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self.proxy.drain(0.1))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_WAIT_S)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=_WAIT_S)

    def raw(self, request: bytes) -> bytes:
        """Send bytes, and read until the connection is closed."""
        with self.connect() as connection:
            connection.sendall(request)
            return read_all(connection)


class RawEngine:
    """Answers every request with the same bytes and closes the connection; remembers what it was sent."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, suppress(ConnectionError):
                connection.settimeout(_WAIT_S)
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            if not (part := connection.recv(65_536)):
                return
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:")), 0)
        while len(body) < length:
            body += connection.recv(65_536)
        self.heads.append(head)
        self.bodies.append(body)
        connection.sendall(self.answer)


def read_all(connection: socket.socket) -> bytes:
    parts = []
    while True:
        try:
            part = connection.recv(65_536)
        except ConnectionResetError:
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def reply(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An answer's bytes, with a content length."""
    lines = [f"HTTP/1.1 {status}", *headers, f"content-length: {len(body)}", "connection: close"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
