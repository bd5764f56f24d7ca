"""One worker of several that serve together: what it was given, and how it lives beside the others."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stillwatch.faces.gateway.worker_board import POST_EVERY_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.faces.gateway.bind_sockets import Sockets
    from stillwatch.faces.gateway.worker_board import WorkerBoard
    from stillwatch.guard.guard_memory import GuardMemory


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    number: int
    """From 0."""
    memory: GuardMemory
    sockets: Sockets
    board: WorkerBoard
    loads: Any
    """Connections to the guard that each worker has, see `faces.gateway.shared_listener`."""
    proxy_loads: Any
    """The same to the proxy."""
    lifeline: int
    """The reading end of a pipe that closes when the supervisor is gone."""


async def live_as_one_of_several(worker: Worker, metrics: Callable[[], str], stopping: asyncio.Event) -> None:
    """Tell the others every second what this one counts, until it is told to stop or nobody is left to tell it."""
    loop = asyncio.get_running_loop()
    loop.add_reader(worker.lifeline, stopping.set)
    while not stopping.is_set():
        with suppress(OSError):  # a full disk must not end a guard; readiness says that the post is old
            worker.board.post(worker.number, metrics())
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), POST_EVERY_S)
    loop.remove_reader(worker.lifeline)
