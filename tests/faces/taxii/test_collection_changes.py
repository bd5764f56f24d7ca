"""Statuses end; a deletion says what it is about, and nothing else."""

from __future__ import annotations

import asyncio
import json
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from carried import carried, document, id_of
from stillwatch.faces.taxii.answer import TaxiiError
from stillwatch.faces.taxii.collection_changes import CollectionChanges
from stillwatch.service.sharing.access import Admitted, Caller, Rights
from stillwatch.service.sharing.carried_object import carried_object
from stillwatch.service.sharing.sqlite_objects import SqliteObjects
from stillwatch.service.sharing.taxii_settings import TaxiiLimits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

_LAB = Caller(name="lab-a", rights={"c": Rights(can_read=True, can_write=True)})
_WARDEN = Caller(name="warden", rights={"c": Rights(can_read=True, can_write=True, can_moderate=True)})


class Door:
    def caller(self, shown: Any) -> Caller | None:
        del shown
        return _LAB

    def admit(self, documents: Any, caller: Caller, collection: str) -> Admitted:
        del caller, collection
        return Admitted(tuple(map(carried_object, documents)), ())


def run(folder: Path, act: Callable[[CollectionChanges, SqliteObjects, list[float]], Awaitable[None]]) -> None:
    async def opened() -> None:
        now, numbers = [0.0], count(1)
        store = SqliteObjects(folder / "objects.db", clock=lambda: now[0])
        changes = CollectionChanges(
            store, Door(), TaxiiLimits(), clock=lambda: now[0], new_id=lambda: f"s-{next(numbers)}"
        )
        try:
            await act(changes, store, now)
        finally:
            await store.close()

    asyncio.run(opened())


def test_a_status_is_forgotten_after_its_time(tmp_path: Path) -> None:
    async def act(changes: CollectionChanges, _: SqliteObjects, now: list[float]) -> None:
        body = json.dumps({"objects": [document("a")]}).encode()
        await changes.add("c", _LAB, body)
        now[0] = 23 * 3600.0
        await changes.add("c", _LAB, body)
        assert json.loads((await changes.status(_LAB, "s-1")).body)["success_count"] == 1
        now[0] = 25 * 3600.0
        await changes.add("c", _LAB, body)
        with pytest.raises(TaxiiError, match="no such status"):
            await changes.status(_LAB, "s-1")
        await changes.status(_LAB, "s-2")

    run(tmp_path, act)


def test_the_sender_is_told_that_a_version_does_not_change(tmp_path: Path) -> None:
    async def act(changes: CollectionChanges, _: SqliteObjects, __: list[float]) -> None:
        for name in ("one", "two"):
            answer = await changes.add("c", _LAB, json.dumps({"objects": [document("a", name=name)]}).encode())
        (success,) = json.loads(answer.body)["successes"]
        assert success["message"] == "this version is here with other content, and that stays"

    run(tmp_path, act)


@pytest.mark.parametrize("query", [b"match[id]=a", b"match[type]=note", b"added_after=2026-11-22T00:00:00Z"])
def test_a_deletion_knows_versions_alone(query: bytes, tmp_path: Path) -> None:
    async def act(changes: CollectionChanges, store: SqliteObjects, _: list[float]) -> None:
        await store.append("c", [carried("a")], by="lab-a")
        with pytest.raises(TaxiiError, match=r"match\[version\] and match\[spec_version\] alone"):
            await changes.delete("c", _LAB, query, id_of("a"))

    run(tmp_path, act)


def test_a_moderator_deletes_what_each_producer_has_sent(tmp_path: Path) -> None:
    async def act(changes: CollectionChanges, store: SqliteObjects, _: list[float]) -> None:
        shared = [carried("a", 1, value=name)._replace(is_named_by_content=True) for name in "xy"]
        for one, by in zip(shared, ("lab-a", "lab-b"), strict=True):
            await store.append("c", [one], by=by)
        assert len((await store.page("c")).rows) == 2
        await changes.delete("c", _LAB, b"", id_of("a"))
        assert [row.producer for row in (await store.page("c")).rows] == ["lab-b"]
        await changes.delete("c", _WARDEN, b"", id_of("a"))
        assert (await store.page("c")).rows == ()

    run(tmp_path, act)
