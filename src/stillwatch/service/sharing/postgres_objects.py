"""A store of objects in PostgreSQL: for a hub that runs in several processes, or whose database is kept by others.

    store = await PostgresObjects.open("postgresql://hub@db.example/stillwatch", clock=time.time)

A sequence of PostgreSQL gives its numbers before they are committed: a reader could see 11 while 10 is still under way,
go on from 11, and never see 10. So whoever writes takes the row `head` first and holds it until its transaction ends:
numbers are given in the order of commits, and writers take turns.
"""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from importlib.resources import files
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import asyncpg

from stillwatch.core.errors import InputError, PeerError
from stillwatch.service.sharing.change_plan import Head, Plan, plan_append, plan_delete
from stillwatch.service.sharing.object_store import (
    EVERYTHING,
    LATEST,
    NOTHING,
    Appended,
    Filters,
    Packed,
    Page,
    Status,
    Stored,
)
from stillwatch.service.sharing.page_query import SEQ_AT, Query, packed_query, page_query, row_wanted
from stillwatch.service.sharing.stream_row import Row

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from stillwatch.service.sharing.carried_object import CarriedObject

_SCHEMA: Final = "stillwatch"
_VERSION: Final = 1
_MAKING: Final = 0x73776F62
"""Number of the lock under which one of several processes makes the tables."""
_CONNECTIONS: Final = 8
_ROWS: Final = """
    SELECT seq, object_id, object_type, spec_version, version, version_us, added_us, producer, tlp, digest,
        is_named_by_content, is_echo, is_tombstone, is_current, place
    FROM object WHERE object_id = ANY($1) AND collection = $2
"""
_COPY: Final = """
    INSERT INTO object
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, data FROM object WHERE seq = $17
"""


class PostgresObjects:
    """A `service.sharing.object_store.ObjectStore`; made by `open`."""

    def __init__(self, pool: asyncpg.Pool, where: str, clock: Callable[[], float]) -> None:
        self._pool, self._where, self._clock = pool, where, clock

    @classmethod
    async def open(cls, address: str, *, clock: Callable[[], float]) -> PostgresObjects:
        """Connect, and make the tables where there are none.

        Raises:
            InputError: The tables are of another version.
            PeerError: The database cannot be reached, or refuses.
        """
        where = re.sub(r"//[^@/]*@", "//", address)
        try:
            pool = await asyncpg.create_pool(
                address, min_size=1, max_size=_CONNECTIONS, server_settings={"search_path": _SCHEMA}
            )
        except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            mend = "start the database, and give the address and a user who may enter"
            raise PeerError(f"the database cannot be reached: {error}", where=where, mend=mend) from error
        store = cls(pool, where, clock)
        try:
            await store._make()
        except BaseException:
            await pool.close()
            raise
        return store

    async def append(self, collection: str, objects: Sequence[CarriedObject], *, by: str) -> Appended:
        async with self._writing() as (connection, head):
            there = await _rows(connection, collection, [one.object_id for one in objects])
            plan = plan_append(objects, there, by=by, head=head, now_us=self._now_us())
            await _carry_out(connection, collection, plan)
        return Appended(plan.kept, plan.refused)

    async def page(self, collection: str, after_seq: int = 0, filters: Filters = LATEST, limit: int = 1000) -> Page:
        async with self._reading() as connection:
            after = await _after(connection, after_seq, filters)
            rows = await _ask(connection, page_query(collection, after, filters, limit))
        return Page(tuple(Stored(*row) for row in rows[:limit]), len(rows) > limit)

    async def packed(self, collection: str, after_seq: int = 0, filters: Filters = LATEST, limit: int = 1000) -> Packed:
        async with self._reading() as connection:
            after = await _after(connection, after_seq, filters)
            ((found, first_us, last_us, last_seq, data),) = await _ask(
                connection, packed_query(collection, after, filters, limit)
            )
            if not found:
                return NOTHING
            more = await _ask(connection, packed_query(collection, last_seq, filters, 1)) if found == limit else ()
        return Packed(found, first_us, last_us, last_seq, any(row[0] for row in more), data)

    async def delete(self, collection: str, object_id: str, *, by: str, filters: Filters = EVERYTHING) -> int:
        goes = row_wanted(filters, by)
        async with self._writing() as (connection, head):
            there = await _rows(connection, collection, [object_id])
            await _carry_out(connection, collection, plan_delete(there, goes, head=head, now_us=self._now_us()))
        return sum(map(goes, there))

    async def withdraw(self, producer: str) -> int:
        found = "SELECT collection, object_id FROM object WHERE producer = $1 AND is_tombstone = 0 GROUP BY 1, 2"
        goes = row_wanted(EVERYTHING, producer)
        async with self._writing() as (connection, head):
            objects = await connection.fetch(found, producer)
            last = head
            for collection, object_id in objects:
                there = await _rows(connection, collection, [object_id])
                plan = plan_delete(there, goes, head=last, now_us=self._now_us())
                await _carry_out(connection, collection, plan)
                last = plan.head
        return len(objects)

    async def last_seq(self) -> int:
        async with self._reading() as connection:
            return int(await connection.fetchval("SELECT last_seq FROM head"))

    async def keep_status(self, status: Status) -> None:
        async with self._reading() as connection:
            await connection.execute("INSERT INTO status VALUES ($1, $2, $3, $4)", *status)

    async def status(self, status_id: str) -> Status | None:
        async with self._reading() as connection:
            row = await connection.fetchrow("SELECT * FROM status WHERE status_id = $1", status_id)
        return None if row is None else Status(*row)

    async def forget_statuses(self, before_us: int) -> None:
        async with self._reading() as connection:
            await connection.execute("DELETE FROM status WHERE made_us < $1", before_us)

    async def close(self) -> None:
        await self._pool.close()

    async def _make(self) -> None:
        async with self._reading() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", _MAKING)
            if await connection.fetchval("SELECT to_regclass($1)", f"{_SCHEMA}.head") is None:
                await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
                tables = files("stillwatch.service").joinpath("sharing", "postgres_objects.sql").read_text("utf-8")
                await connection.execute(tables)
            version = await connection.fetchval("SELECT store_version FROM head")
        if version != _VERSION:
            mend = "run the version of stillwatch that made it, or name another database"
            what = f"this store is of version {version}, and {_VERSION} is known"
            raise InputError(what, where=self._where, mend=mend)

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Any]:
        try:
            async with self._pool.acquire() as connection:
                yield connection
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            mend = "see the log of the database"
            raise PeerError(f"the database failed: {error}", where=self._where, mend=mend) from error

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[tuple[Any, Head]]:
        async with self._reading() as connection, connection.transaction():
            head = await connection.fetchrow("SELECT last_seq, last_added_us FROM head FOR UPDATE")
            yield connection, Head(*head)

    def _now_us(self) -> int:
        return int(self._clock() * 1e6)


async def _rows(connection: Any, collection: str, ids: list[str]) -> list[Row]:
    found = await connection.fetch(_ROWS, ids, collection)
    return [Row._make((*row[:10], *map(bool, row[10:14]), row[14])) for row in map(tuple, found)]


async def _carry_out(connection: Any, collection: str, plan: Plan) -> None:
    added = [(*row, collection, plan.data_of.get(row.seq, b"")) for row in plan.added]
    new = [row for row in added if isinstance(row[-1], bytes)]
    if new:
        await connection.copy_records_to_table("object", records=new, schema_name=_SCHEMA)
    for statement, values in (
        (_COPY, [row for row in added if isinstance(row[-1], int)]),
        ("DELETE FROM object WHERE seq = $1", [(seq,) for seq in plan.removed]),
        (
            "UPDATE object SET is_current = $1, place = $2 WHERE seq = $3",
            [(*map(int, place), seq) for seq, place in plan.places.items()],
        ),
    ):
        if values:
            await connection.executemany(statement, values)
    await connection.execute("UPDATE head SET last_seq = $1, last_added_us = $2", *plan.head)


async def _after(connection: Any, after_seq: int, filters: Filters) -> int:
    if filters.added_after_us is None:
        return after_seq
    found = await connection.fetchval(_numbered(SEQ_AT), filters.added_after_us)
    return max(after_seq, found or 0)


async def _ask(connection: Any, query: Query) -> list[Any]:
    statement = query.statement.format(indexed="", blob="BYTEA", joined="string_agg(data, ','::bytea ORDER BY seq)")
    rows: list[Any] = await connection.fetch(_numbered(statement), *query.values)
    return rows


def _numbered(statement: str) -> str:
    """The statement with `$1`, `$2`, ... in place of question marks."""
    numbers = count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", statement)
