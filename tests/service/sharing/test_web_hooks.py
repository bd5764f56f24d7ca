"""Web hooks: asked first, signed, posted until they are acknowledged, and to nowhere inside."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from received_rows import LAB_A, LAB_B, documents, indicator, stix
from stillwatch.core.errors import InputError
from stillwatch.service.sharing.admit_objects import admit_objects
from stillwatch.service.sharing.hook_signature import SIGNATURE_HEADER, is_signed
from stillwatch.service.sharing.hub_members import SHARED, HubMembers, HubRole
from stillwatch.service.sharing.sqlite_objects import SqliteObjects
from stillwatch.service.sharing.web_hooks import WebHooks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

TOLD = documents(stix(indicator(1)))


class Listener:
    """Member B's server: keeps what it is posted, and answers as it is told to."""

    def __init__(self) -> None:
        self.posts: list[tuple[Any, str, bytes]] = []
        self.statuses: list[int] = []
        self.answers_challenges = True
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                plain = json.loads(body)
                status = listener.statuses.pop(0) if listener.statuses else 200
                if status == 200:
                    listener.posts.append((plain, self.headers[SIGNATURE_HEADER], body))
                answer = body if "challenge" in plain and listener.answers_challenges else b"{}"
                self.send_response(status)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?x=1"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


def with_hooks(folder: Path, act: Callable[[WebHooks, SqliteObjects, HubMembers], Awaitable[Any]]) -> Any:
    members = HubMembers(folder / "hub.db", clock=time.time)
    members.add("lab-a", LAB_A, HubRole.TRUSTED, by="Ada")
    members.add("lab-b", LAB_B, HubRole.READER, by="Ada")

    async def run() -> Any:
        store = SqliteObjects(folder / "objects.db", clock=time.time)
        try:
            return await act(WebHooks(store, members, clock=time.time, may_reach=lambda _: True), store, members)
        finally:
            await store.close()

    try:
        return asyncio.run(run())
    finally:
        members.close()


async def publish(store: SqliteObjects) -> None:
    await store.append(SHARED, admit_objects(TOLD, LAB_A).objects, by="lab-a")


def test_what_is_shared_is_posted_once_in_order_and_signed(tmp_path, listener: Listener) -> None:
    async def act(hooks: WebHooks, store: SqliteObjects, members: HubMembers) -> Any:
        hook = await hooks.add(members.find("lab-b"), listener.url)
        await publish(store)
        for _ in range(2):
            hook = await hooks.deliver(members.find("lab-b"), hook.number)
        await store.withdraw("lab-a")
        return await hooks.deliver(members.find("lab-b"), hook.number), members.deliveries(), await store.last_seq()

    hook, delivered, last = with_hooks(tmp_path, act)
    assert (hook.is_verified, hook.trouble, hook.seq, delivered["lab-b"][0]) == (True, "", last, last)
    _, shared, ended = (post[0] for post in listener.posts)
    assert shared["objects"] == TOLD
    assert {one["id"] for one in ended["deleted"]} == {one["id"] for one in TOLD}
    assert all(is_signed(body, header, hook.secret, at=time.time()) for _, header, body in listener.posts)


def test_what_was_not_acknowledged_is_posted_again_and_waits_longer_each_time(tmp_path, listener: Listener) -> None:
    async def act(hooks: WebHooks, store: SqliteObjects, members: HubMembers) -> Any:
        hook = await hooks.add(members.find("lab-b"), listener.url)
        await publish(store)
        listener.statuses = [500, 302]
        found = [await hooks.deliver(members.find("lab-b"), hook.number) for _ in range(3)]
        return hook, found

    hook, found = with_hooks(tmp_path, act)
    assert [(one.trouble, one.failures, one.seq == hook.seq) for one in found] == [
        ("it answered 500", 1, True),
        ("it answered 302", 2, True),
        ("", 0, False),
    ]
    now = time.time()
    assert [one.may_try(now) for one in found] == [False, False, True]
    assert found[1].may_try(now + 5)
    assert listener.posts[-1][0]["objects"] == TOLD


def test_an_address_that_does_not_want_it_is_shown_as_such_and_posted_to_no_more(tmp_path, listener: Listener) -> None:
    listener.answers_challenges = False

    async def act(hooks: WebHooks, store: SqliteObjects, members: HubMembers) -> Any:
        del store
        refused = await hooks.add(members.find("lab-b"), listener.url)
        listener.answers_challenges = True
        return refused, await hooks.add(members.find("lab-b"), listener.url), len(hooks.all())

    refused, again, count = with_hooks(tmp_path, act)
    assert (refused.is_verified, refused.may_try(time.time() + 1e6)) == (False, False)
    assert refused.trouble.startswith("it did not answer")
    assert (again.is_verified, again.trouble, count) == (True, "", 1)


def test_nobody_has_the_hub_ask_inside_its_own_network(tmp_path, listener: Listener) -> None:
    async def act(hooks: WebHooks, store: SqliteObjects, members: HubMembers) -> Any:
        guarded = WebHooks(store, members, clock=time.time)
        found = await guarded.add(members.find("lab-b"), listener.url)
        for url in ("http://hub.example/x", "ftp://hub.example", "https://", "x"):
            with pytest.raises(InputError):
                await hooks.add(members.find("lab-b"), url)
        return found

    assert with_hooks(tmp_path, act).trouble == "it is not on the public internet"
    assert listener.posts == []


def test_a_member_has_a_few_hooks_and_removes_its_own_alone(tmp_path, listener: Listener) -> None:
    async def act(hooks: WebHooks, store: SqliteObjects, members: HubMembers) -> Any:
        del store
        lab_b = members.find("lab-b")
        added = [await hooks.add(lab_b, f"{listener.url}&{number}") for number in range(8)]
        with pytest.raises(InputError, match="has 8 hooks"):
            await hooks.add(lab_b, listener.url)
        hooks.remove("lab-a", added[0].number)
        hooks.remove("lab-b", added[1].number)
        return len(hooks.all("lab-b"))

    assert with_hooks(tmp_path, act) == 7
