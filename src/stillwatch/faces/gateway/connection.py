r"""One HTTP/1.1 connection: httptools parses, a plain function answers in the same turn.

>>> connection = Connection(Shared(lambda asked: Answer(200, (), asked.path.encode())))
>>> class Wire(asyncio.Transport):
...     def write(self, data):
...         print(data.split(b"\r\n\r\n")[1])
>>> connection.connection_made(Wire())
>>> connection.data_received(b"GET /livez HTTP/1.1\r\nhost: sidecar\r\n\r\n")
b'/livez'

Since nothing waits, answers keep their order when requests are pipelined. What one connection may cost is bounded by
`ServerLimits`: a body beyond its limit is cut and the function told so (a gateway takes any other answer than 200 for
a denial), headers beyond theirs are refused, and whoever keeps the connections ends those that are slow or silent.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

import httptools

from stillwatch.core.server_limits import ServerLimits
from stillwatch.faces.gateway.http_message import Answer, Asked, encoded
from stillwatch.wire.headers import Headers

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES_KEPT: Final = 4096


@dataclass(slots=True)
class ServerCounts:
    """How often what happened, since the start."""

    requests: int = 0
    connections: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    """By reason: `malformed`, `headers`, `slow`, `crowded`, `fault`; `cut` for bodies that were not kept whole."""

    def refuse(self, reason: str) -> None:
        self.refused[reason] = self.refused.get(reason, 0) + 1


def _ignore(error: Exception) -> None:
    del error


@dataclass(slots=True, eq=False)
class Shared:
    """What all connections of a server share."""

    answer: Callable[[Asked], Answer]
    limits: ServerLimits = field(default_factory=ServerLimits)
    on_fault: Callable[[Exception], None] = _ignore
    counts: ServerCounts = field(default_factory=ServerCounts)
    connections: set[Connection] = field(default_factory=set)
    is_draining: bool = False
    held_bytes: int = 0
    """Of bodies that are not answered yet."""
    now: float = 0.0
    """The loop's time at the last sweep: near enough for time-outs of seconds."""
    date: bytes = b""
    """A whole header line."""
    names: dict[bytes, str] = field(default_factory=dict)
    """Header names that were seen, in lower case."""

    def name_of(self, written: bytes) -> str:
        """A header's name in lower case."""
        name = written.decode("latin-1").lower()
        if len(self.names) < _NAMES_KEPT:
            self.names[written] = name
        return name


class Connection(asyncio.Protocol):
    """One connection; httptools calls the `on_` methods while it is fed."""

    __slots__ = (
        *("_shared", "_transport", "_parser", "_known", "_peer", "_is_asking", "_since", "_is_over", "_fed"),
        *("_in_headers", "_target", "_pairs", "_headers", "_body", "_body_bytes", "_is_whole"),
    )

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._parser: Any = httptools.HttpRequestParser(self)
        self._known = shared.names.get
        self._peer = ""
        self._is_asking = False
        self._since = shared.now
        """When the request under way began, or the last one ended."""
        self._is_over = False
        self._fed = 0
        """Bytes that have come since something came to its end: the headers, a piece of the body, the request."""
        self._body_bytes = 0
        self.on_message_begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        shared = self._shared
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if isinstance(peer, tuple) else ""
        shared.connections.add(self)
        shared.counts.connections += 1
        if len(shared.connections) > shared.limits.connections:
            self._refuse(503, "crowded")
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        shared = self._shared
        shared.held_bytes -= self._body_bytes
        shared.connections.discard(self)
        self._body_bytes = 0
        self._is_over = True

    def data_received(self, data: bytes) -> None:
        if self._is_over:
            return
        if not self._is_asking:
            self._is_asking = True
            self._since = self._shared.now
        self._fed += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._transport.close()
        except httptools.HttpParserError:
            if not self._is_over:
                self._refuse(400, "malformed")
        if self._fed > self._shared.limits.header_bytes and not self._is_over:
            self._refuse(431, "headers")

    def pause_writing(self) -> None:
        """Read no more from a client that does not take its answers."""
        self._is_asking = True
        self._since = self._shared.now
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._is_asking = False
        self._transport.resume_reading()

    def on_message_begin(self) -> None:
        self._target = b""
        self._pairs: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._is_whole = True
        self._in_headers = True

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_headers:  # what trails a body is nobody's to read: it could contradict what stood before
            self._pairs.append((self._known(name) or self._shared.name_of(name), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        limit = self._shared.limits.header_bytes
        if self._fed > limit and self._head_bytes() > limit:
            self._refuse(431, "headers")
        self._in_headers = False
        self._fed = 0
        self._headers = Headers(self._pairs)
        if "expect" in self._headers and not self._is_over:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if self._is_over:
            return
        shared, limits = self._shared, self._shared.limits
        size = len(body)
        if self._body_bytes + size > limits.body_bytes or shared.held_bytes + size > limits.all_bodies_bytes:
            room = min(limits.body_bytes - self._body_bytes, limits.all_bodies_bytes - shared.held_bytes)
            body = body[: max(0, room)]
            size = len(body)
            self._is_whole = False
        self._body.append(body)
        self._body_bytes += size
        self._fed = 0
        shared.held_bytes += size

    def on_message_complete(self) -> None:
        if self._is_over:
            return
        shared = self._shared
        shared.counts.requests += 1
        if not self._is_whole:
            shared.counts.refuse("cut")
        method = self._parser.get_method().decode("latin-1")
        path, _, query = self._target.decode("latin-1").partition("?")
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        try:
            answer = shared.answer(Asked(method, path, query, self._headers, body, self._is_whole, self._peer))
        except Exception as error:  # noqa: BLE001  # one bad answer must not end the others
            shared.counts.refuse("fault")
            shared.on_fault(error)
            answer = Answer(500)
        closes = shared.is_draining or not self._may_go_on()
        self._transport.write(encoded(answer, date=shared.date, closes=closes, is_head=method == "HEAD"))
        shared.held_bytes -= self._body_bytes
        self._body_bytes = 0
        self._fed = 0
        self._is_asking = False
        self._since = shared.now
        if closes:
            self._is_over = True
            self._transport.close()

    def end_if_late(self, began_before: float, quiet_before: float) -> None:
        """End it where its request takes too long, or where it asks nothing any more."""
        if self._is_asking and self._since < began_before:
            if self._transport.get_write_buffer_size():
                self._shared.counts.refuse("slow")
                self.abort()
            elif not self._is_over:
                self._refuse(408, "slow")
        elif self._is_over and self._since < began_before:
            self.abort()
        elif not self._is_asking and self._since < quiet_before:
            self._transport.close()

    def close_if_quiet(self, since: float) -> None:
        if not self._is_asking and self._since < since:
            self._transport.close()

    def abort(self) -> None:
        self._transport.abort()

    def _may_go_on(self) -> bool:
        """Whether another request may follow; HTTP/1.0 and upgrades end with their answer."""
        parser = self._parser
        if not parser.should_keep_alive() or parser.should_upgrade():
            return False
        return "connection" not in self._headers or parser.get_http_version() == "1.1"

    def _head_bytes(self) -> int:
        return len(self._target) + sum(len(name) + len(value) + 4 for name, value in self._pairs)

    def _refuse(self, status: int, reason: str) -> None:
        """Say so, and read on without listening: a socket closed under a client that still sends loses the answer."""
        self._shared.counts.refuse(reason)
        self._transport.write(encoded(Answer(status), date=self._shared.date, closes=True))
        self._is_over = True
        self._is_asking = False
        self._since = self._shared.now
        self._transport.write_eof()
