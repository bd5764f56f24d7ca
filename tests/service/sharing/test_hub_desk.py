"""Moderation: what waits, what is shared, what is taken back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from received_rows import LAB_A, LAB_B, documents, indicator, stix
from stillwatch.core.errors import InputError
from stillwatch.service.audit_trail import read_entries
from stillwatch.service.sharing.admit_objects import admit_objects
from stillwatch.service.sharing.hub_desk import HubDesk
from stillwatch.service.sharing.hub_members import INBOX, SHARED, HubMembers, HubRole
from stillwatch.service.sharing.object_store import EVERYTHING
from stillwatch.service.sharing.sqlite_objects import SqliteObjects

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

TOLD = documents(stix(indicator(1), indicator(2, "198.51.100.8")))


def at_desk(folder: Path, act: Callable[[HubDesk, SqliteObjects], Awaitable[Any]]) -> Any:
    """Lab A has sent a bundle that waits."""
    members = HubMembers(folder / "hub.db", clock=lambda: 1.0)
    members.add("lab-a", LAB_A, HubRole.CONTRIBUTOR, by="Ada")
    members.add("lab-b", LAB_B, HubRole.READER, by="Ada")

    async def run() -> Any:
        store = SqliteObjects(folder / "objects.db", clock=lambda: 1.0)
        await store.append(INBOX, admit_objects(TOLD, LAB_A).objects, by="lab-a")
        try:
            return await act(HubDesk(members, store, by="Grace"), store)
        finally:
            await store.close()

    try:
        return asyncio.run(run()), [entry[1:4] for entry in read_entries(members.connection)][2:]
    finally:
        members.close()


async def ids(store: SqliteObjects, collection: str) -> set[str]:
    return {row.object_id for row in (await store.page(collection)).rows}


def test_what_waits_is_shared_once_and_waits_no_more(tmp_path) -> None:
    async def act(desk: HubDesk, store: SqliteObjects) -> Any:
        before = await ids(store, SHARED)
        waiting = await desk.waiting()
        count = await desk.share("lab-a")
        return before, len(waiting), count, await ids(store, SHARED), await ids(store, INBOX)

    found, audit = at_desk(tmp_path, act)
    everything = {one["id"] for one in TOLD}
    assert found == (set(), len(TOLD), len(TOLD), everything, set())
    assert audit == [("moderation_shared", "Grace", "lab-a")]


def test_one_object_goes_with_what_it_refers_to_and_the_rest_waits(tmp_path) -> None:
    name = indicator(1).id

    async def act(desk: HubDesk, store: SqliteObjects) -> Any:
        await desk.share("lab-a", (name,))
        return await ids(store, SHARED), await ids(store, INBOX)

    (shared, waits), _ = at_desk(tmp_path, act)
    assert name in shared
    assert {one.partition("--")[0] for one in shared} == {
        *("indicator", "marking-definition", "extension-definition", "identity"),
    }
    assert waits == {one["id"] for one in TOLD} - {name}


def test_what_is_sent_back_is_shared_with_nobody(tmp_path) -> None:
    async def act(desk: HubDesk, store: SqliteObjects) -> Any:
        count = await desk.send_back("lab-a", why="a class, not a fleet")
        return count, await ids(store, SHARED), await ids(store, INBOX)

    found, audit = at_desk(tmp_path, act)
    assert found == (len(TOLD), set(), set())
    assert audit == [("moderation_sent_back", "Grace", "lab-a")]


def test_a_member_is_taken_back_with_a_tombstone_for_each_object(tmp_path) -> None:
    async def act(desk: HubDesk, store: SqliteObjects) -> Any:
        await desk.share("lab-a")
        count = await desk.take_back("lab-a", why="its key was stolen")
        rows = (await store.page(SHARED, 0, EVERYTHING)).rows
        return count, {row.object_id for row in rows if row.is_tombstone}, [row for row in rows if not row.is_tombstone]

    (count, gone, left), audit = at_desk(tmp_path, act)
    assert (count, gone, left) == (len(TOLD), {one["id"] for one in TOLD}, [])
    assert audit[-1] == ("member_taken_back", "Grace", "lab-a")


def test_nothing_is_decided_about_nothing_or_without_a_reason(tmp_path) -> None:
    async def act(desk: HubDesk, _: SqliteObjects) -> Any:
        for wrong in (
            desk.share("lab-b"),
            desk.share("lab-a", ("campaign--x",)),
            desk.share("nobody"),
            desk.send_back("lab-a", why=" "),
            desk.take_back("lab-a", why=""),
        ):
            with pytest.raises(InputError):
                await wrong

    at_desk(tmp_path, act)
