"""Take connections from a socket that several workers listen on, so that each gets its part.

listener = SharedListener(bound, factory, share)
listener.close()

A server of asyncio's or uvloop's takes all that wait when it is woken: a gateway that opens its connections at once
would get one worker for all of them. Here one is taken at a time, and a worker that has more of them than another one
waits a millisecond first, so that the other can. It never waits twice: one that is stopped or busy holds nobody up.
"""

from __future__ import annotations

from asyncio import get_running_loop
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import asyncio
    import socket
    from collections.abc import Callable

_WAIT_S: Final = 0.001
_NO_ROOM_S: Final = 0.5
"""Where no connection can be taken, as the process has too many files open."""
NOBODY: Final = 2**32 - 1
"""The load of a worker that there is not."""


class Share(NamedTuple):
    """What a worker has of all connections."""

    loads: Any
    """Connections of each worker, shared by all of them: `guard.shared_arrays`."""
    number: int
    """Of this worker."""
    open_connections: Callable[[], int]

    def is_ahead(self, opening: int) -> bool:
        """Let the others know how many this worker has; whether another one has fewer."""
        self.loads[self.number] = mine = self.open_connections() + opening
        return bool(mine > min(self.loads))


class SharedListener:
    """Listens until it is closed.

    Args:
        bound: A socket that listens; it is closed with this.
        factory: Makes the protocol of a connection.
        share: Of this worker.
    """

    def __init__(self, bound: socket.socket, factory: Callable[[], asyncio.Protocol], share: Share) -> None:
        self._bound, self._factory, self._share = bound, factory, share
        self._loop = get_running_loop()
        self._has_waited = False
        self._is_closed = False
        self._opening: set[asyncio.Task[Any]] = set()
        bound.settimeout(0)
        self._listen()

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._loop.remove_reader(self._bound)
            self._bound.close()

    def _listen(self) -> None:
        if not self._is_closed:
            self._loop.add_reader(self._bound, self._take)

    def _take(self) -> None:
        if not self._has_waited and self._share.is_ahead(len(self._opening)):
            self._has_waited = True
            self._pause(_WAIT_S)
            return
        self._has_waited = False
        try:
            connection, _ = self._bound.accept()
        except (BlockingIOError, InterruptedError, ConnectionError):
            return  # another worker was quicker, or the client has gone
        except OSError:
            self._pause(_NO_ROOM_S)
            return
        connection.settimeout(0)
        self._share.loads[self._share.number] += 1
        opening = self._loop.create_task(self._loop.connect_accepted_socket(self._factory, connection))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    def _pause(self, wait_s: float) -> None:
        self._loop.remove_reader(self._bound)
        self._loop.call_later(wait_s, self._listen)
