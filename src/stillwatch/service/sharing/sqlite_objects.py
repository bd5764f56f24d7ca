"""A store of objects in one SQLite file: for a member, and for a hub of one machine.

>>> import asyncio
>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from stillwatch.service.sharing.carried_object import carried_object
>>> note = {"type": "note", "id": "note--fb2e2c4f-5d6b-4b9e-8a7a-0d6f3f6d7c11", "modified": "2026-11-02T00:00:00Z"}
>>> async def add_and_read(folder):
...     store = SqliteObjects(Path(folder) / "objects.db", clock=lambda: 1.0)
...     appended = await store.append("c-1", [carried_object(note)], by="member-a")
...     page = await store.page("c-1")
...     await store.close()
...     return appended.kept[0].seq, [row.object_id for row in page.rows], page.has_more
>>> with TemporaryDirectory() as folder:
...     asyncio.run(add_and_read(folder))
(1, ['note--fb2e2c4f-5d6b-4b9e-8a7a-0d6f3f6d7c11'], False)

The file is written ahead (WAL) and synchronised at each commit: what was acknowledged outlives a power cut. One thread
writes and a few read, each with a connection of its own, so that no request waits for another's disk. Other processes
may have the same file open.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

import orjson

from stillwatch.core.errors import PeerError
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
from stillwatch.service.sqlite_file import SqliteKind, open_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from stillwatch.service.sharing.carried_object import CarriedObject

_P = ParamSpec("_P")
_T = TypeVar("_T")
_KIND: Final = SqliteKind(
    application=0x73776F62,
    version=1,
    tables="sharing/objects.sql",
    noun="store of shared objects",
    name="store",
    is_audited=False,
)
_READERS: Final = 2
_ROWS: Final = """
    SELECT seq, object_id, object_type, spec_version, version, version_us, added_us, producer, tlp, digest,
        is_named_by_content, is_echo, is_tombstone, is_current, place
    FROM object INDEXED BY object_by_id
    WHERE object_id IN (SELECT value FROM json_each(?)) AND collection = ?
"""
_ADD: Final = "INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_COPY: Final = """
    INSERT INTO object SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, data FROM object WHERE seq = ?
"""


class SqliteObjects:
    """A `service.sharing.object_store.ObjectStore`.

    Args:
        path: The file; made where there is none.
        clock: Seconds since 1970 UTC.

    Raises:
        InputError: The file is another program's, or damaged.
        SettingsError: It cannot be opened.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float]) -> None:
        self._path, self._clock = path, clock
        self._own = threading.local()
        self._opened: list[sqlite3.Connection] = []
        open_sqlite(path, _KIND).close()
        self._writer = ThreadPoolExecutor(1, "objects-writer")
        self._readers = ThreadPoolExecutor(_READERS, "objects-reader")

    async def append(self, collection: str, objects: Sequence[CarriedObject], *, by: str) -> Appended:
        return await self._in(self._writer, self._append, collection, tuple(objects), by)

    async def page(self, collection: str, after_seq: int = 0, filters: Filters = LATEST, limit: int = 1000) -> Page:
        return await self._in(self._readers, self._page, collection, after_seq, filters, limit)

    async def packed(self, collection: str, after_seq: int = 0, filters: Filters = LATEST, limit: int = 1000) -> Packed:
        return await self._in(self._readers, self._packed, collection, after_seq, filters, limit)

    async def delete(self, collection: str, object_id: str, *, by: str, filters: Filters = EVERYTHING) -> int:
        return await self._in(self._writer, self._delete, collection, object_id, by, filters)

    async def withdraw(self, producer: str) -> int:
        return await self._in(self._writer, self._withdraw, producer)

    async def last_seq(self) -> int:
        return await self._in(self._readers, self._last_seq)

    async def keep_status(self, status: Status) -> None:
        await self._in(self._writer, self._execute, "INSERT INTO status VALUES (?, ?, ?, ?)", tuple(status))

    async def status(self, status_id: str) -> Status | None:
        return await self._in(self._readers, self._status, status_id)

    async def forget_statuses(self, before_us: int) -> None:
        await self._in(self._writer, self._execute, "DELETE FROM status WHERE made_us < ?", (before_us,))

    async def close(self) -> None:
        """Wait for what is under way, and let go of the file."""
        for executor in (self._readers, self._writer):
            await asyncio.to_thread(executor.shutdown)
        for connection in self._opened:
            connection.close()

    async def _in(
        self, executor: ThreadPoolExecutor, act: Callable[_P, _T], *arguments: _P.args, **options: _P.kwargs
    ) -> _T:
        guarded = partial(self._guarded, partial(act, *arguments, **options))
        return await asyncio.get_running_loop().run_in_executor(executor, guarded)

    def _guarded(self, act: Callable[[], _T]) -> _T:
        try:
            return act()
        except sqlite3.Error as error:
            mend = "make room on the disk, or end the process that holds it"
            raise PeerError(f"the store cannot be used: {error}", where=str(self._path), mend=mend) from error

    @property
    def _connection(self) -> sqlite3.Connection:
        """The one of this thread."""
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = open_sqlite(self._path, _KIND, must_exist=True)
            self._opened.append(connection)
        return connection

    @contextmanager
    def _writing(self) -> Iterator[Head]:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield Head(*connection.execute("SELECT last_seq, last_added_us FROM head").fetchone())
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise

    def _now_us(self) -> int:
        return int(self._clock() * 1e6)

    def _append(self, collection: str, objects: tuple[CarriedObject, ...], by: str) -> Appended:
        with self._writing() as head:
            there = self._rows(collection, [one.object_id for one in objects])
            plan = plan_append(objects, there, by=by, head=head, now_us=self._now_us())
            self._carry_out(collection, plan)
        return Appended(plan.kept, plan.refused)

    def _delete(self, collection: str, object_id: str, by: str, filters: Filters) -> int:
        with self._writing() as head:
            there = self._rows(collection, [object_id])
            goes = row_wanted(filters, by)
            self._carry_out(collection, plan_delete(there, goes, head=head, now_us=self._now_us()))
            return sum(goes(row) for row in there)

    def _withdraw(self, producer: str) -> int:
        found = "SELECT collection, object_id FROM object WHERE producer = ? AND is_tombstone = 0 GROUP BY 1, 2"
        goes = row_wanted(EVERYTHING, producer)
        with self._writing() as head:
            objects = self._connection.execute(found, (producer,)).fetchall()
            last = head
            for collection, object_id in objects:
                plan = plan_delete(self._rows(collection, [object_id]), goes, head=last, now_us=self._now_us())
                self._carry_out(collection, plan)
                last = plan.head
        return len(objects)

    def _rows(self, collection: str, ids: list[str]) -> list[Row]:
        found = self._connection.execute(_ROWS, (orjson.dumps(ids).decode(), collection))
        return [Row._make((*row[:10], *map(bool, row[10:14]), row[14])) for row in found]

    def _carry_out(self, collection: str, plan: Plan) -> None:
        connection = self._connection
        added = [(*row, collection, plan.data_of.get(row.seq, b"")) for row in plan.added]
        connection.executemany(_ADD, (row for row in added if not isinstance(row[-1], int)))
        connection.executemany(_COPY, (row for row in added if isinstance(row[-1], int)))
        connection.executemany("DELETE FROM object WHERE seq = ?", ((seq,) for seq in plan.removed))
        places = ((*place, seq) for seq, place in plan.places.items())
        connection.executemany("UPDATE object SET is_current = ?, place = ? WHERE seq = ?", places)
        connection.execute("UPDATE head SET last_seq = ?, last_added_us = ?", plan.head)

    def _page(self, collection: str, after_seq: int, filters: Filters, limit: int) -> Page:
        rows = self._ask(page_query(collection, self._after(after_seq, filters), filters, limit))
        return Page(tuple(map(Stored._make, rows[:limit])), len(rows) > limit)

    def _packed(self, collection: str, after_seq: int, filters: Filters, limit: int) -> Packed:
        after = self._after(after_seq, filters)
        ((count, first_us, last_us, last_seq, data),) = self._ask(packed_query(collection, after, filters, limit))
        if not count:
            return NOTHING
        has_more = count == limit and bool(self._ask(packed_query(collection, last_seq, filters, 1))[0][0])
        return Packed(count, first_us, last_us, last_seq, has_more, data)

    def _after(self, after_seq: int, filters: Filters) -> int:
        if filters.added_after_us is None:
            return after_seq
        found = self._connection.execute(SEQ_AT, (filters.added_after_us,)).fetchone()
        return max(after_seq, found[0] if found else 0)

    def _ask(self, query: Query) -> list[Any]:
        index = f"INDEXED BY {query.index_name}"
        statement = query.statement.format(indexed=index, blob="BLOB", joined="CAST(group_concat(data, ',') AS BLOB)")
        return self._connection.execute(statement, query.values).fetchall()

    def _last_seq(self) -> int:
        return int(self._connection.execute("SELECT last_seq FROM head").fetchone()[0])

    def _status(self, status_id: str) -> Status | None:
        row = self._connection.execute("SELECT * FROM status WHERE status_id = ?", (status_id,)).fetchone()
        return None if row is None else Status(*row)

    def _execute(self, statement: str, values: tuple[Any, ...]) -> None:
        self._connection.execute(statement, values)
