"""A store in a real PostgreSQL keeps what every store promises, between processes too."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from carried import carried
from postgres_server import PostgresServer, postgres_programs
from stillwatch.core.errors import InputError, PeerError
from stillwatch.service.sharing.object_store import EVERYTHING
from store_promises import PROMISES

asyncpg = pytest.importorskip("asyncpg", reason="asyncpg is not installed: pip install 'stillwatch[hub]'")

from stillwatch.service.sharing.postgres_objects import PostgresObjects  # noqa: E402  # only where asyncpg is

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from store_promises import Promise


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)
        one = PostgresServer(Path(folder), programs)
        one.start()
        yield one
        one.stop()


def run(server: PostgresServer, act: Callable[[PostgresObjects], Awaitable[None]]) -> None:
    async def opened() -> None:
        await _empty(server)
        store = await PostgresObjects.open(server.address, clock=lambda: 1.0)
        try:
            await act(store)
        finally:
            await store.close()

    asyncio.run(opened())


async def _empty(server: PostgresServer) -> None:
    connection = await asyncpg.connect(server.address)
    await connection.execute("SET client_min_messages = warning; DROP SCHEMA IF EXISTS stillwatch CASCADE")
    await connection.close()


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one.__name__)
def test_it_keeps_what_every_store_promises(promise: Promise, server: PostgresServer) -> None:
    run(server, promise)


def test_a_number_is_never_seen_before_the_one_below_it(server: PostgresServer) -> None:
    """Two processes write, and a third follows the stream: what a plain sequence would get wrong."""

    async def act(store: PostgresObjects) -> None:
        others = [await PostgresObjects.open(server.address, clock=lambda: 1.0) for _ in range(2)]
        letters = [chr(0x3000 + number) for number in range(120)]
        seen: list[int] = []

        async def write(other: PostgresObjects, mine: list[str]) -> None:
            for i in range(0, len(mine), 5):
                await other.append("c", [carried(one) for one in mine[i : i + 5]], by="m")

        async def follow() -> None:
            while len(seen) < len(letters):
                page = await store.page("c", seen[-1] if seen else 0, EVERYTHING)
                seen.extend(row.seq for row in page.rows)

        writers = (write(other, letters[i::2]) for i, other in enumerate(others))
        await asyncio.wait_for(asyncio.gather(follow(), *writers), 30)
        assert seen == list(range(1, 121))
        for other in others:
            await other.close()

    run(server, act)


def test_several_processes_may_start_at_once(server: PostgresServer) -> None:
    async def act() -> None:
        await _empty(server)
        opened = [PostgresObjects.open(server.address, clock=lambda: 1.0) for _ in range(4)]
        for store in await asyncio.gather(*opened):
            await store.close()

    asyncio.run(act())


def test_a_later_version_is_refused_with_the_mend(server: PostgresServer) -> None:
    async def act(_: PostgresObjects) -> None:
        connection = await asyncpg.connect(server.address)
        await connection.execute("UPDATE stillwatch.head SET store_version = 2")
        await connection.close()
        with pytest.raises(InputError, match=r"of version 2, and 1 is known \(run the version"):
            await PostgresObjects.open(server.address, clock=lambda: 1.0)

    run(server, act)


def test_a_failure_leaves_nothing_half_done_and_tells_no_password(server: PostgresServer) -> None:
    async def act(store: PostgresObjects) -> None:
        await store.append("c", [carried("a")], by="m")
        connection = await asyncpg.connect(server.address)
        await connection.execute("ALTER TABLE stillwatch.object ADD CHECK (seq < 3)")
        with pytest.raises(PeerError, match="the database failed"):
            await store.append("c", [carried("b"), carried("c")], by="m")
        await connection.execute("ALTER TABLE stillwatch.object DROP CONSTRAINT object_seq_check")
        await connection.close()
        assert await store.last_seq() == 1
        assert (await store.append("c", [carried("c")], by="m")).kept[0].seq == 2

    run(server, act)
    with pytest.raises(PeerError, match=r"^postgresql://127\.0\.0\.1:1/x: the database cannot be reached"):
        asyncio.run(PostgresObjects.open("postgresql://ada:secret@127.0.0.1:1/x", clock=lambda: 1.0))
