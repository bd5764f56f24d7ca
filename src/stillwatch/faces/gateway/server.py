r"""An HTTP/1.1 server for answers that take microseconds, on TCP and Unix sockets.

>>> from stillwatch.faces.gateway.http_message import Answer
>>> async def ask() -> bytes:
...     server = Server(lambda asked: Answer(200, (), asked.path.encode()))
...     port = await server.listen("127.0.0.1", 0)
...     reader, writer = await asyncio.open_connection("127.0.0.1", port)
...     writer.write(b"GET /livez HTTP/1.1\r\nhost: sidecar\r\nconnection: close\r\n\r\n")
...     answer = await reader.read()
...     await server.drain(grace_s=1.0)
...     writer.close()
...     return answer.rpartition(b"\r\n")[2]
>>> asyncio.run(ask())
b'/livez'

The function that answers must neither wait nor take long: see `faces.gateway.connection`.
"""

from __future__ import annotations

import asyncio
import socket
import stat
from contextlib import suppress
from email.utils import formatdate
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import SettingsError
from stillwatch.core.server_limits import ServerLimits
from stillwatch.faces.gateway.connection import Connection, Shared
from stillwatch.faces.gateway.shared_listener import SharedListener

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stillwatch.faces.gateway.connection import ServerCounts
    from stillwatch.faces.gateway.http_message import Answer, Asked
    from stillwatch.faces.gateway.shared_listener import Share

_SWEEP_S: Final = 0.5
_QUIET_S: Final = 0.5
"""A connection that has asked nothing for so long is closed while the server drains."""
BACKLOG: Final = 2048
"""Connections that may wait to be taken."""


class Server:
    """Answers what is asked on any number of sockets.

    Args:
        answer: Called for each request; one that raises is told 500 and counted as a fault.
        limits: What a connection may cost.
        on_fault: Told of whatever `answer` raised.
    """

    def __init__(
        self,
        answer: Callable[[Asked], Answer],
        limits: ServerLimits | None = None,
        on_fault: Callable[[Exception], None] | None = None,
    ) -> None:
        self._shared = Shared(answer, limits or ServerLimits())
        if on_fault is not None:
            self._shared.on_fault = on_fault
        self._listeners: list[asyncio.AbstractServer | SharedListener] = []
        self._sweeper: asyncio.Task[None] | None = None

    @property
    def counts(self) -> ServerCounts:
        return self._shared.counts

    @property
    def open_connections(self) -> int:
        return len(self._shared.connections)

    @property
    def is_draining(self) -> bool:
        return self._shared.is_draining

    async def listen(self, host: str, port: int, *, is_shared: bool = False) -> int:
        """Listen on TCP; give the port, which the system chooses where 0 is asked for.

        Args:
            host: Address or name.
            port: 0 … 65535.
            is_shared: With other processes on the same port (SO_REUSEPORT), each taking its part.

        Raises:
            SettingsError: The address cannot be had.
        """
        try:
            listener = await asyncio.get_running_loop().create_server(
                lambda: Connection(self._shared), host, port, backlog=BACKLOG, reuse_port=is_shared or None
            )
        except OSError as error:
            mend = "stop what listens there, or choose another address"
            raise SettingsError(f"cannot listen: {error.strerror}", where=f"{host}:{port}", mend=mend) from error
        self._listens(listener)
        return int(listener.sockets[0].getsockname()[1])

    async def listen_at(self, path: Path, mode: int = 0o660) -> None:
        """Listen on a Unix socket; one that a killed process left behind is replaced.

        Raises:
            SettingsError: Another process listens there, or the path cannot be had.
        """
        try:
            remove_dead(path)
            listener = await asyncio.get_running_loop().create_unix_server(
                lambda: Connection(self._shared), str(path), backlog=BACKLOG
            )
            path.chmod(mode)  # noqa: ASYNC240  # once, before anything is served
        except OSError as error:
            mend = "stop what listens there, or choose another path in a folder that may be written"
            raise SettingsError(f"cannot listen: {error.strerror or error}", where=str(path), mend=mend) from error
        self._listens(listener)

    def take_over(self, bound: socket.socket, share: Share) -> None:
        """Listen on a socket that was bound already, with other workers that have inherited it too."""
        self._listens(SharedListener(bound, lambda: Connection(self._shared), share))

    async def drain(self, grace_s: float) -> int:
        """Take no more connections, answer what is under way, and close; give how many had to be cut off."""
        shared, loop = self._shared, asyncio.get_running_loop()
        shared.is_draining = True
        for listener in self._listeners:
            listener.close()
        ends_at = loop.time() + grace_s
        while shared.connections and loop.time() < ends_at:
            for connection in list(shared.connections):
                connection.close_if_quiet(loop.time() - _QUIET_S)
            await asyncio.sleep(0.02)
        cut_off = len(shared.connections)
        for connection in list(shared.connections):
            connection.abort()
        if self._sweeper is not None:
            self._sweeper.cancel()
        return cut_off

    def _listens(self, listener: asyncio.AbstractServer | SharedListener) -> None:
        self._listeners.append(listener)
        if self._sweeper is None:
            self._tick()
            self._sweeper = asyncio.get_running_loop().create_task(self._sweep())

    async def _sweep(self) -> None:
        shared, limits = self._shared, self._shared.limits
        while True:
            await asyncio.sleep(_SWEEP_S)
            self._tick()
            for connection in list(shared.connections):
                connection.end_if_late(shared.now - limits.request_s, shared.now - limits.idle_s)

    def _tick(self) -> None:
        self._shared.now = asyncio.get_running_loop().time()
        self._shared.date = f"date: {formatdate(usegmt=True)}\r\n".encode()


def remove_dead(path: Path) -> None:
    """Remove a socket that nobody listens on."""
    if not path.exists() or not stat.S_ISSOCK(path.stat().st_mode):
        return
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        with suppress(ConnectionRefusedError):
            probe.connect(str(path))
            raise OSError(None, "another process listens there")
    path.unlink()
