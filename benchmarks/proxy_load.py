"""A closed loop of clients: each sends its next request when the reply to the last is whole."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Final

_SENT_AT: Final = re.compile(rb'"content": ?"(\d{19})"')
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Load:
    """What was measured."""

    latencies_s: list[float] = field(default_factory=list)
    """From the request's first byte to the reply's last."""
    late_s: list[float] = field(default_factory=list)
    """Of each event of a stream, from the engine to the client."""
    events: int = 0
    failed: int = 0
    wall_s: float = 0.0


class _Client(asyncio.Protocol):
    def __init__(self, load: Load) -> None:
        self._load = load
        self._data = bytearray()
        self._looked = 0
        self.whole = asyncio.Event()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # of TCP

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if not self.whole.is_set():
            self._load.failed += 1
            self.whole.set()

    def data_received(self, data: bytes) -> None:
        now = time.time_ns()
        self._data += data
        for found in _SENT_AT.finditer(self._data, self._looked):
            self._load.late_s.append((now - int(found[1])) / 1e9)
            self._load.events += 1
            self._looked = found.end()
        if self._is_whole():
            self._load.failed += not self._data.startswith(b"HTTP/1.1 200")
            self._data.clear()
            self._looked = 0
            self.whole.set()

    def _is_whole(self) -> bool:
        end = self._data.find(b"\r\n\r\n")
        if end < 0:
            return False
        if (length := _LENGTH.search(self._data, 0, end)) is not None:
            return len(self._data) >= end + 4 + int(length[1])
        return self._data.endswith(b"0\r\n\r\n")


async def loaded(port: int, body: bytes, *, clients: int, requests: int) -> Load:
    """Send so many requests in all."""
    load = Load()
    head = "POST /v1/chat/completions HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer sk-1\r\ncontent-type: "
    request = f"{head}application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body
    began_at = time.perf_counter()
    await asyncio.gather(*(_client(port, request, load, requests // clients) for _ in range(clients)))
    load.wall_s = time.perf_counter() - began_at
    return load


async def _client(port: int, request: bytes, load: Load, count: int) -> None:
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(lambda: _Client(load), "127.0.0.1", port)
    for _ in range(count):
        if client.transport.is_closing():
            _, client = await loop.create_connection(lambda: _Client(load), "127.0.0.1", port)
        client.whole.clear()
        began_at = time.perf_counter()
        client.transport.write(request)
        await client.whole.wait()
        load.latencies_s.append(time.perf_counter() - began_at)
    client.whole.set()
    client.transport.close()
