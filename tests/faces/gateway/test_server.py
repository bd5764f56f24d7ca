from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest
import uvloop

from stillwatch.core.errors import SettingsError
from stillwatch.core.server_limits import ServerLimits
from stillwatch.faces.gateway.http_message import Answer, Asked
from stillwatch.faces.gateway.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

ASK = b"GET /livez HTTP/1.1\r\nhost: sw\r\n\r\n"


def answer(asked: Asked) -> Answer:
    return Answer(200, (), f"{asked.path} {asked.peer}".encode())


class Client:
    """Connections to one server, all closed at the end."""

    def __init__(self, server: Server, port: int) -> None:
        self.server = server
        self.port = port
        self.writers: list[asyncio.StreamWriter] = []

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(writer)
        return reader, writer

    async def ask(self) -> bytes:
        return await ask(*await self.connect())

    async def until_open(self, number: int) -> None:
        for _ in range(500):
            if self.server.open_connections == number:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{self.server.open_connections} connections, not {number}")


def run(conversation: Callable[[Client], Coroutine[None, None, None]], limits: ServerLimits | None = None) -> None:
    async def conversed() -> None:
        server = Server(answer, limits)
        client = Client(server, await server.listen("127.0.0.1", 0))
        try:
            await asyncio.wait_for(conversation(client), 10)
        finally:
            for writer in client.writers:
                writer.close()
            await server.drain(0.0)
            await asyncio.sleep(0.01)

    uvloop.run(conversed())


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    writer.write(ASK)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return head + await reader.readexactly(length)


def test_it_answers_on_tcp_with_the_date() -> None:
    async def conversation(client: Client) -> None:
        found = await client.ask()
        assert found.startswith(b"HTTP/1.1 200 OK\r\ndate: ")
        assert found.endswith(b"/livez 127.0.0.1")
        assert (client.server.counts.requests, client.server.open_connections) == (1, 1)

    run(conversation)


def test_it_answers_on_a_unix_socket_and_takes_over_one_that_was_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "sw.sock"
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()

    async def conversation(client: Client) -> None:
        await client.server.listen_at(path, mode=0o600)
        assert path.stat().st_mode & 0o777 == 0o600
        reader, writer = await asyncio.open_unix_connection(str(path))
        client.writers.append(writer)
        assert (await ask(reader, writer)).endswith(b"/livez ")
        with pytest.raises(SettingsError, match="another process listens there"):
            await Server(answer).listen_at(path)

    run(conversation)


def test_a_port_that_is_taken_is_said_to_be() -> None:
    async def conversation(client: Client) -> None:
        with pytest.raises(SettingsError, match="choose another address"):
            await Server(answer).listen("127.0.0.1", client.port)

    run(conversation)


def test_several_servers_share_a_port() -> None:
    async def conversation(client: Client) -> None:
        first, second = Server(answer), Server(answer)
        port = await first.listen("127.0.0.1", 0, is_shared=True)
        assert port != client.port
        assert await second.listen("127.0.0.1", port, is_shared=True) == port
        for server in (first, second):
            await server.drain(0.0)

    run(conversation)


def test_slow_and_silent_clients_are_let_go_while_others_are_answered() -> None:
    async def conversation(client: Client) -> None:
        loris, silent = await client.connect(), await client.connect()

        async def drip() -> None:
            for byte in ASK:
                loris[1].write(bytes([byte]))
                await asyncio.sleep(0.1)

        dripping = asyncio.create_task(drip())
        assert (await loris[0].read()).startswith(b"HTTP/1.1 408")
        assert await silent[0].read() == b""
        dripping.cancel()
        assert (await client.ask()).startswith(b"HTTP/1.1 200")
        assert client.server.counts.refused == {"slow": 1}

    run(conversation, ServerLimits(request_s=0.4, idle_s=0.6))


def test_draining_answers_what_is_under_way_and_takes_nothing_new() -> None:
    async def conversation(client: Client) -> None:
        idle, busy = await client.connect(), await client.connect()
        await ask(*idle)
        busy[1].write(ASK[:10])
        await asyncio.sleep(0.05)
        drained = asyncio.create_task(client.server.drain(5.0))
        await asyncio.sleep(0.05)
        with pytest.raises(ConnectionRefusedError):
            await client.connect()
        busy[1].write(ASK[10:])
        last = await busy[0].read()
        assert last.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in last
        assert await idle[0].read() == b""
        assert await drained == 0

    run(conversation)


def test_what_does_not_end_in_time_is_cut_off_and_counted() -> None:
    async def conversation(client: Client) -> None:
        _, writer = await client.connect()
        writer.write(ASK[:10])
        await asyncio.sleep(0.05)
        assert await client.server.drain(0.1) == 1

    run(conversation)


def test_half_open_connections_are_forgotten() -> None:
    async def conversation(client: Client) -> None:
        gone = [socket.create_connection(("127.0.0.1", client.port)) for _ in range(50)]
        await client.until_open(len(gone))
        await client.until_open(0)
        for one in gone:
            one.close()

    run(conversation, ServerLimits(idle_s=0.3))
