"""A store in a file keeps what every store promises, outlives its process, and pages without a sort."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

import pytest

from carried import carried
from stillwatch.core.errors import InputError, PeerError
from stillwatch.service.sharing.object_store import EVERYTHING, Filters
from stillwatch.service.sharing.page_query import page_query
from stillwatch.service.sharing.sqlite_objects import SqliteObjects
from store_promises import PROMISES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from store_promises import Promise


def run(file: Path, act: Callable[[SqliteObjects], Awaitable[None]]) -> None:
    async def opened() -> None:
        store = SqliteObjects(file, clock=lambda: 1.0)
        try:
            await act(store)
        finally:
            await store.close()

    asyncio.run(opened())


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one.__name__)
def test_it_keeps_what_every_store_promises(promise: Promise, tmp_path: Path) -> None:
    run(tmp_path / "objects.db", promise)


def test_it_goes_on_where_it_was_left(tmp_path: Path) -> None:
    async def add(store: SqliteObjects) -> None:
        await store.append("c", [carried("a")], by="m")

    async def read(store: SqliteObjects) -> None:
        await store.append("c", [carried("b")], by="m")
        assert [row.seq for row in (await store.page("c")).rows] == [1, 2]

    run(tmp_path / "objects.db", add)
    run(tmp_path / "objects.db", read)


def test_another_file_is_not_taken_for_one(tmp_path: Path) -> None:
    file = tmp_path / "guard.db"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE cookie (a)")
    other.close()
    with pytest.raises(InputError, match="belongs to another program"):
        SqliteObjects(file, clock=lambda: 1.0)


def test_a_failure_of_the_database_says_where_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    file = tmp_path / "objects.db"

    async def fail(store: SqliteObjects) -> None:
        other = sqlite3.connect(file)
        other.execute("CREATE TRIGGER no BEFORE INSERT ON object WHEN new.seq = 2 BEGIN SELECT raise(ABORT, 'no'); END")
        other.commit()
        with pytest.raises(PeerError, match=r"objects\.db: the store cannot be used: no"):
            await store.append("c", [carried("a"), carried("b")], by="m")
        other.execute("DROP TRIGGER no")
        other.commit()
        other.close()
        assert (await store.page("c", filters=EVERYTHING)).rows == ()
        assert (await store.append("c", [carried("a")], by="m")).kept[0].seq == 1

    run(file, fail)


@pytest.mark.parametrize(
    "filters",
    [Filters(), EVERYTHING, Filters(types=("note",)), Filters(added_after_us=5), Filters(versions=("all",))],
    ids=str,
)
def test_a_page_is_read_in_order_from_an_index(filters: Filters, tmp_path: Path) -> None:
    file = tmp_path / "objects.db"
    asyncio.run(SqliteObjects(file, clock=lambda: 1.0).close())
    connection = sqlite3.connect(file)
    query = page_query("c", 5, filters, 10)
    statement = query.statement.format(indexed=f"INDEXED BY {query.index_name}", blob="BLOB")
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", query.values)]
    connection.close()
    assert plan[0].startswith(f"SEARCH object USING INDEX {query.index_name}")
    assert not any("TEMP B-TREE" in step for step in plan)
