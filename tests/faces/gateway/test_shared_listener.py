"""A worker takes its part of the connections, and everything where nobody else does."""

from __future__ import annotations

import asyncio
import socket

from stillwatch.faces.gateway.shared_listener import NOBODY, Share, SharedListener


class Taken(asyncio.Protocol):
    """Counts the connections of one worker."""

    def __init__(self, taken: list[asyncio.BaseTransport]) -> None:
        self._taken = taken

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._taken.append(transport)


def listening() -> socket.socket:
    bound = socket.create_server(("127.0.0.1", 0))
    bound.settimeout(0)
    return bound


async def taken_of(count: int, others: tuple[int, ...]) -> int:
    """How many of so many connections a worker takes beside others that take none."""
    bound = listening()
    taken: list[asyncio.BaseTransport] = []
    share = Share([0, *others], 0, lambda: len(taken))
    listener = SharedListener(bound, lambda: Taken(taken), share)
    clients = [socket.create_connection(bound.getsockname()) for _ in range(count)]
    for _ in range(200):
        await asyncio.sleep(0.005)
        if len(taken) == count:
            break
    found = len(taken)
    assert share.loads[0] >= found
    listener.close()
    listener.close()
    for one in (*clients, *taken):
        one.close()
    await asyncio.sleep(0)
    return found


def test_a_worker_that_is_ahead_waits_and_then_takes_what_is_left() -> None:
    assert asyncio.run(taken_of(5, (0,))) == 5


def test_a_worker_that_is_not_there_is_not_waited_for() -> None:
    assert asyncio.run(taken_of(5, (NOBODY,))) == 5


def test_of_two_workers_neither_takes_all() -> None:
    async def two() -> list[int]:
        bound = listening()
        loads, taken = [0, 0], ([], [])
        listeners = [
            SharedListener(
                bound.dup(), lambda mine=mine: Taken(mine), Share(loads, number, lambda mine=mine: len(mine))
            )  # type: ignore[misc]
            for number, mine in enumerate(taken)
        ]
        clients = [socket.create_connection(bound.getsockname()) for _ in range(10)]
        for _ in range(400):
            await asyncio.sleep(0.005)
            if sum(map(len, taken)) == 10:
                break
        for one in (*listeners, *clients, *taken[0], *taken[1], bound):
            one.close()
        await asyncio.sleep(0)
        return [len(one) for one in taken]

    assert min(asyncio.run(two())) >= 4
