"""How long a client may take: a protocol around a server's own that ends connections which hold on to nothing.

A client that opens a connection must send a whole request's head within `head_s`, and so must one that has begun with
another request; one that reads nothing of its reply for `stall_s` is let go. A server that waits without end for
either can be filled up by a single machine that trickles bytes into many connections (slow-loris), or by clients that
vanished without a word (half-open). Deadlines are looked at every `_SWEEP_S` for all connections at once, so that a
request costs no timer.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_SWEEP_S: Final = 0.25
_NEVER: Final = float("inf")


class Deadlines:
    """All connections of one server.

    Args:
        make: Makes the server's own protocol for a new connection.
        head_s: Seconds for the head of a request.
        idle_s: Seconds between two requests.
        stall_s: Seconds without a byte of the reply being taken.
        most_connections: More are closed at once.
    """

    def __init__(  # four limits, named at every call
        self,
        make: Callable[[], asyncio.Protocol],
        *,
        head_s: float,
        idle_s: float,
        stall_s: float,
        most_connections: int,
    ) -> None:
        self._make = make
        self.head_s = head_s
        self.idle_s = idle_s
        self.stall_s = stall_s
        self.most_connections = most_connections
        self.connections: dict[asyncio.BaseTransport, Watched] = {}
        self.ended = 0
        """Connections that ran out of time."""
        self.turned_away = 0
        self._clock = asyncio.get_running_loop().time
        self._sweeper = asyncio.create_task(self._sweep())

    def protocol(self) -> Watched:
        return Watched(self._make(), self)

    def asked(self, transport: asyncio.BaseTransport | None) -> None:
        """A whole head has arrived: from now on the server is at work."""
        if transport is not None and (found := self.connections.get(transport)) is not None:
            found.due_at = _NEVER
            found.is_at_work = True

    def answered(self, transport: asyncio.BaseTransport | None) -> None:
        """The reply is written: the next request may come."""
        if transport is not None and (found := self.connections.get(transport)) is not None:
            found.due_at = self._clock() + self.idle_s
            found.is_at_work = found.has_begun = False

    def now(self) -> float:
        return self._clock()

    async def stop(self) -> None:
        self._sweeper.cancel()
        await asyncio.gather(self._sweeper, return_exceptions=True)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            now = self._clock()
            for transport, watched in list(self.connections.items()):
                if now > min(watched.due_at, watched.stalled_since + self.stall_s):
                    self.ended += 1
                    transport.abort()  # type: ignore[attr-defined]  # every stream transport has it


class Watched(asyncio.Protocol):
    """One connection; passes everything on to the server's protocol."""

    def __init__(self, inner: asyncio.Protocol, deadlines: Deadlines) -> None:
        self._inner = inner
        self._deadlines = deadlines
        self._transport: asyncio.BaseTransport | None = None
        self.is_at_work = False
        self.has_begun = False
        self.due_at = _NEVER
        self.stalled_since = _NEVER

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        deadlines = self._deadlines
        self._transport = transport
        if len(deadlines.connections) >= deadlines.most_connections:
            deadlines.turned_away += 1
            transport.abort()  # type: ignore[attr-defined]  # every stream transport has it
        else:
            self.due_at = deadlines.now() + deadlines.head_s
            self.has_begun = True
            deadlines.connections[transport] = self
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if not self.is_at_work and not self.has_begun:
            self.has_begun = True
            self.due_at = self._deadlines.now() + self._deadlines.head_s
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._deadlines.connections.pop(self._transport, None)
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self.stalled_since = self._deadlines.now()
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self.stalled_since = _NEVER
        self._inner.resume_writing()
