"""A connection that holds on to nothing is ended in time, and one that works is not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from stillwatch.faces.gateway.deadlines import Deadlines, Watched


class Transport(asyncio.Transport):
    is_aborted = False

    def abort(self) -> None:
        self.is_aborted = True


class Inner(asyncio.Protocol):
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def connection_made(self, _: asyncio.BaseTransport) -> None:
        self.seen.append("made")

    def data_received(self, data: bytes) -> None:
        self.seen.append(data)

    def eof_received(self) -> bool | None:
        return True

    def connection_lost(self, _: Exception | None) -> None:
        self.seen.append("lost")

    def pause_writing(self) -> None:
        self.seen.append("pause")

    def resume_writing(self) -> None:
        self.seen.append("resume")


async def watched(deadlines: Deadlines) -> tuple[Watched, Transport]:
    transport = Transport()
    protocol = deadlines.protocol()
    protocol.connection_made(transport)
    return protocol, transport


HAPPENS = {
    "nothing is sent": ((), True),
    "a head is begun": (("data",), True),
    "a whole head came": (("data", "asked"), False),
    "and was answered": (("data", "asked", "answered"), False),
    "and the next is begun": (("data", "asked", "answered", "data"), True),
    "the reply is not read": (("data", "asked", "pause"), True),
    "the reply is read again": (("data", "asked", "pause", "resume"), False),
    "the client is gone": (("lost",), False),
}


@pytest.mark.parametrize("name", HAPPENS)
def test_who_runs_out_of_time(name: str) -> None:
    steps, is_ended = HAPPENS[name]

    async def run() -> tuple[bool, int]:
        deadlines = Deadlines(Inner, head_s=0.05, idle_s=60, stall_s=0.05, most_connections=9)
        protocol, transport = await watched(deadlines)
        actions = {
            "data": lambda: protocol.data_received(b"x"),
            "asked": lambda: deadlines.asked(transport),
            "answered": lambda: deadlines.answered(transport),
            "pause": protocol.pause_writing,
            "resume": protocol.resume_writing,
            "lost": lambda: protocol.connection_lost(None),
        }
        for step in steps:
            actions[step]()
        await asyncio.sleep(0.4)
        await deadlines.stop()
        return transport.is_aborted, deadlines.ended

    found, ended = asyncio.run(run())
    assert found == is_ended
    assert (ended > 0) == is_ended


def test_everything_reaches_the_server_s_protocol() -> None:
    async def run() -> list[Any]:
        inner = Inner()
        deadlines = Deadlines(lambda: inner, head_s=1, idle_s=1, stall_s=1, most_connections=9)
        protocol, _ = await watched(deadlines)
        protocol.data_received(b"x")
        protocol.pause_writing()
        protocol.resume_writing()
        assert protocol.eof_received() is True
        protocol.connection_lost(None)
        await deadlines.stop()
        return inner.seen

    assert asyncio.run(run()) == ["made", b"x", "pause", "resume", "lost"]


def test_who_comes_beyond_the_limit_is_turned_away() -> None:
    async def run() -> tuple[list[bool], int]:
        deadlines = Deadlines(Inner, head_s=1, idle_s=1, stall_s=1, most_connections=2)
        made = [await watched(deadlines) for _ in range(3)]
        await deadlines.stop()
        return [transport.is_aborted for _, transport in made], deadlines.turned_away

    assert asyncio.run(run()) == ([False, False, True], 1)
