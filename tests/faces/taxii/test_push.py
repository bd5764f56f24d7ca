"""The push application as a protocol: what each request is answered, and what a stream says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from received_rows import LAB_A, LAB_B, documents, indicator, stix
from stillwatch.core.marking import Handling, Tlp
from stillwatch.faces.taxii.push import Push
from stillwatch.service.sharing.hub_members import INBOX, HubMembers, HubRole
from stillwatch.service.sharing.sqlite_objects import SqliteObjects
from stillwatch.service.sharing.web_hooks import WebHooks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

TOLD = stix(indicator(1))


class Hub:
    def __init__(self, folder: Path) -> None:
        self.members = HubMembers(folder / "hub.db", clock=lambda: 1.0)
        self.store = SqliteObjects(folder / "objects.db", clock=lambda: 1.0)
        hooks = WebHooks(self.store, self.members, clock=lambda: 1.0, may_reach=lambda _: False)
        self.push = Push(self.store, self.members, heartbeat_s=0.05, hooks=hooks)
        self.tokens = {
            "lab-a": self.members.add("lab-a", LAB_A, HubRole.TRUSTED, by="Ada"),
            "lab-b": self.members.add("lab-b", LAB_B, HubRole.READER, by="Ada", ceiling=Tlp.GREEN),
        }

    async def ask(
        self, method: str, path: str, body: bytes = b"", *, by: str = "lab-a", **headers: str
    ) -> tuple[int, Any]:
        """Status, and the answer as JSON, or as much of a stream as comes within three signs of life."""
        sent: list[dict[str, Any]] = []
        hangs_up = asyncio.Event()
        messages = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            if messages:
                return messages.pop()
            await hangs_up.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)
            if sum(b"that is all" in one.get("body", b"") for one in sent) == 3:
                hangs_up.set()

        token = self.tokens.get(by, by)
        listed = [(b"authorization", f"Bearer {token}".encode())]
        listed += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        target, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": target,
            "query_string": query.encode(),
            "headers": listed,
        }
        await self.push(scope, receive, send)
        content = b"".join(one.get("body", b"") for one in sent[1:])
        return sent[0]["status"], content if content.startswith(b"retry") else orjson.loads(content)


@pytest.fixture
def at_hub(tmp_path) -> Iterator[Callable[[Callable[[Hub], Awaitable[Any]]], Any]]:
    hub = Hub(tmp_path)

    def run(act: Callable[[Hub], Awaitable[Any]]) -> Any:
        async def go() -> Any:
            try:
                return await act(hub)
            finally:
                await hub.push.close()
                await hub.store.close()

        return asyncio.run(go())

    yield run
    hub.members.close()


def events(stream: bytes) -> list[tuple[int, Any]]:
    found = [one for one in stream.split(b"\n\n") if one.startswith(b"id: ")]
    lines = [one.split(b"\n") for one in found]
    return [(int(one[0][4:]), orjson.loads(one[2].removeprefix(b"data: "))) for one in lines]


def test_an_event_holds_what_came_after_a_number_and_names_the_next(at_hub) -> None:
    async def act(hub: Hub) -> Any:
        _, told = await hub.ask("POST", "/push/objects", TOLD)
        streams = [await hub.ask("GET", f"/push/events?after={after}") for after in (0, 5, told["seq"])]
        by_header = await hub.ask("GET", "/push/events", last_event_id="5")
        return told["seq"], [events(one) for _, one in streams], events(by_header[1])

    last, [whole, rest, nothing], by_header = at_hub(act)
    assert [seq for seq, _ in whole] == [last]
    assert whole[0][1] == {"seq": last, "has_more": False, "deleted": [], "objects": documents(TOLD)}
    assert (rest[0][1]["objects"], nothing, by_header) == (documents(TOLD)[5:], [], rest)


def test_what_comes_while_one_listens_is_told_at_once(at_hub) -> None:
    async def act(hub: Hub) -> Any:
        listening = asyncio.create_task(hub.ask("GET", "/push/events"))
        await asyncio.sleep(0.02)
        await hub.ask("POST", "/push/objects", TOLD)
        return events((await listening)[1])

    [(_, told)] = at_hub(act)
    assert told["objects"] == documents(TOLD)


def test_a_deletion_is_told_as_a_tombstone(at_hub) -> None:
    async def act(hub: Hub) -> Any:
        _, told = await hub.ask("POST", "/push/objects", TOLD)
        await hub.store.withdraw("lab-a")
        return events((await hub.ask("GET", f"/push/events?after={told['seq']}"))[1])

    [(_, told)] = at_hub(act)
    assert {one["id"] for one in told["deleted"]} == {one["id"] for one in documents(TOLD)}


def test_nobody_is_shown_what_is_marked_stricter_than_he_may_see(at_hub) -> None:
    async def act(hub: Hub) -> Any:
        await hub.ask("POST", "/push/objects", TOLD)
        await hub.ask("POST", "/push/objects", stix(number=2, handling=Handling(tlp=Tlp.GREEN)))
        _, stream = await hub.ask("GET", "/push/events", by="lab-b")
        return [one for _, told in events(stream) for one in told["objects"]]

    shown = at_hub(act)
    assert [one["id"][-1] for one in shown if one["type"] == "campaign"] == ["2"]
    assert not [one for one in shown if one["type"] == "indicator"]


def test_a_stream_ends_when_its_member_is_put_out(at_hub) -> None:
    async def act(hub: Hub) -> Any:
        listening = asyncio.create_task(hub.ask("GET", "/push/events", by="lab-b"))
        await asyncio.sleep(0.01)
        hub.members.end("lab-b", why="left", by="Ada")
        _, stream = await asyncio.wait_for(listening, 2)
        return stream.count(b"that is all"), await hub.ask("GET", "/push/status", by="lab-b")

    lives, (status, _) = at_hub(act)
    assert lives < 3
    assert status == 401


def test_what_a_contributor_sends_waits(at_hub) -> None:
    async def act(hub: Hub) -> Any:
        hub.members.change("lab-a", by="Ada", role=HubRole.CONTRIBUTOR)
        status, told = await hub.ask("POST", "/push/objects", TOLD)
        stream = (await hub.ask("GET", "/push/events"))[1]
        return status, told["is_shared"], events(stream), len((await hub.store.page(INBOX)).rows)

    assert at_hub(act) == (202, False, [], len(documents(TOLD)))


def test_a_hook_shows_its_trouble_and_its_secret_once(at_hub) -> None:
    async def act(hub: Hub) -> Any:
        body = b'{"url": "https://lab-b.example/hook"}'
        added = await hub.ask("POST", "/push/hooks", body, by="lab-b")
        shown = await hub.ask("GET", "/push/hooks", by="lab-b")
        others = await hub.ask("GET", "/push/hooks")
        gone = await hub.ask("POST", "/push/hooks/remove", b'{"hook": 1}', by="lab-b")
        return added, shown[1], others[1], gone[1]

    (status, added), shown, others, gone = at_hub(act)
    assert (status, added["trouble"], added["is_verified"]) == (201, "it is not on the public internet", False)
    assert shown == {"hooks": [{name: value for name, value in added.items() if name != "secret"}]}
    assert (others, gone, len(added["secret"]) > 32) == ({"hooks": []}, {"hooks": []}, True)


@pytest.mark.parametrize(
    ("request_line", "body", "by", "status"),
    [
        ("GET /push/status", b"", "guessed", 401),
        ("GET /push/none", b"", "lab-a", 404),
        ("PUT /push/objects", b"", "lab-a", 404),
        ("POST /push/objects", TOLD, "lab-b", 403),
        ("POST /push/objects", b"{", "lab-a", 400),
        ("POST /push/objects", b"[" * 100_000, "lab-a", 400),
        ("POST /push/objects", b'{"objects": [{}]}', "lab-a", 422),
        ("POST /push/acks", b"{}", "lab-a", 400),
        ("POST /push/acks", b'{"seq": "1"}', "lab-a", 400),
        ("POST /push/acks", b'{"seq": 1}', "lab-a", 400),
        ("POST /push/acks", b'{"seq": 0}', "lab-a", 200),
        ("POST /push/hooks", b'{"url": "http://lab-b.example"}', "lab-a", 400),
        ("POST /push/hooks", b"{}", "lab-a", 400),
        ("POST /push/hooks/remove", b'{"hook": "x"}', "lab-a", 200),
        ("GET /push/events?after=-1", b"", "lab-a", 400),
        ("GET /push/events?after=1", b"", "lab-a", 400),
        ("GET /push/events?after=" + "9" * 40, b"", "lab-a", 400),
    ],
)
def test_what_is_answered(at_hub, request_line: str, body: bytes, by: str, status: int) -> None:
    method, _, path = request_line.partition(" ")
    found, told = at_hub(lambda hub: hub.ask(method, path, body, by=by))
    assert found == status
    assert status in (200, 422) or told["title"]
