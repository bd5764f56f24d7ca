"""Push beside TAXII: server-sent events that go on where a reader left off, what members send, what they have read.

    GET  /push/events          server-sent events of what is shared; `Last-Event-ID` (or ?after=): the last one seen
    POST /push/objects         a bundle: shared at once, or put where moderators look, as the member's role has it
    POST /push/acks            {"seq": 17}: all up to there is taken in
    GET  /push/status          who one is here, the last number, and what one has acknowledged
    GET  /push/hooks           one's own web hooks, each with what is the matter with it
    POST /push/hooks           {"url": "https://…"}: post there what is shared from now on; tells the secret, once
    POST /push/hooks/remove    {"hook": 3}

An event `objects` holds what stands after the reader's number, in order, with tombstones, and its id is the number to
go on from: whoever says it again gets what came after it, neither more nor less, whatever happened in between. A
comment comes when nothing else does, so that a reader notices a line that is dead.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

import orjson

from stillwatch.core.errors import InputError, PeerError
from stillwatch.service.sharing.admit_objects import admit_objects
from stillwatch.service.sharing.hub_members import INBOX, SHARED
from stillwatch.service.sharing.object_store import Filters
from stillwatch.service.sharing.stream_event import event_of
from stillwatch.service.sharing.web_hooks import WebHooks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from stillwatch.service.sharing.hub_members import HubMembers, Member
    from stillwatch.service.sharing.object_store import ObjectStore
    from stillwatch.service.sharing.web_hooks import Hook

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_LARGEST_BODY: Final = 64 << 20
_MOST_OBJECTS: Final = 100_000
"""Of one request to share."""
_PAGE: Final = 1000
_JSON: Final = (b"content-type", b"application/json")
_EVENTS: Final = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
_MOST_STREAMS: Final = 8
"""Of one member at once."""


class Changes:
    """Wakes whoever waits for the store to grow; one question to the store serves all of them."""

    def __init__(self, store: ObjectStore, *, every_s: float = 0.02) -> None:
        self._store, self._every_s = store, every_s
        self._last = -1
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def after(self, seq: int, *, timeout_s: float) -> None:
        """Wait until a change has a higher number, or the time is over."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._look())
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._last <= seq:
                    await self._changed.wait()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _look(self) -> None:
        """Another process may write, too, so the store is asked and nobody is believed to tell."""
        while True:
            with suppress(PeerError):
                if (last := await self._store.last_seq()) != self._last:
                    self._last = last
                    self._changed.set()
                    self._changed = asyncio.Event()
            await asyncio.sleep(self._every_s)


class Push:
    """The ASGI application, for all paths under /push/.

    Args:
        store: Of the hub's objects.
        members: Who may ask.
        heartbeat_s: Between two signs of life where nothing is said.
        hooks: Of members who are called; with this machine's clock, to the public internet, where None.
    """

    def __init__(
        self, store: ObjectStore, members: HubMembers, *, heartbeat_s: float = 5.0, hooks: WebHooks | None = None
    ) -> None:
        self._store, self._members, self._heartbeat_s = store, members, heartbeat_s
        self._hooks = hooks or WebHooks(store, members, clock=time.time)
        self.changes = Changes(store)
        self._is_over = asyncio.Event()
        self._streams: dict[str, int] = {}
        self._routes: dict[tuple[str, str], Callable[[Member, Scope, Receive, Send], Awaitable[None]]] = {
            ("GET", "/push/events"): self._events,
            ("POST", "/push/objects"): self._objects,
            ("POST", "/push/acks"): self._acks,
            ("GET", "/push/status"): self._status,
            ("GET", "/push/hooks"): self._show_hooks,
            ("POST", "/push/hooks"): self._add_hook,
            ("POST", "/push/hooks/remove"): self._remove_hook,
        }

    async def close(self) -> None:
        """End all streams; readers come back to whoever serves then."""
        self._is_over.set()
        await self.changes.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._routes.get((scope["method"], scope["path"]))
        member = self._members.holder(_token(scope))
        if member is None:
            await _answer(send, 401, {"title": "no member has this token"}, (b"www-authenticate", b"Bearer"))
        elif route is None:
            await _answer(send, 404, {"title": f"there is no {scope['method']} {scope['path'][:100]}"})
        else:
            try:
                await route(member, scope, receive, send)
            except InputError as error:
                await _answer(send, 400, {"title": str(error)})
            except PeerError as error:
                await _answer(send, 503, {"title": str(error)}, (b"retry-after", b"5"))

    async def _events(self, member: Member, scope: Scope, receive: Receive, send: Send) -> None:
        after, last = _position(scope), await self._store.last_seq()
        if after > last:
            raise InputError(f"{after} is no number of this hub", mend=f"the last one is {last}; begin anew with 0")
        if self._streams.get(member.name, 0) >= _MOST_STREAMS:
            await _answer(send, 429, {"title": "too many streams of one member"}, (b"retry-after", b"5"))
            return
        self._streams[member.name] = self._streams.get(member.name, 0) + 1
        gone = asyncio.get_running_loop().create_task(_hang_up(receive, self._is_over))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": list(_EVENTS)})
            await send({"type": "http.response.body", "body": b"retry: 500\n\n", "more_body": True})
            with suppress(PeerError):
                await self._stream(member, after, gone, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            self._streams[member.name] -= 1

    async def _stream(self, member: Member, after: int, gone: asyncio.Task[None], send: Send) -> None:
        filters = Filters(versions=("all",), with_tombstones=True, ceiling=member.ceiling)
        lives_at = -self._heartbeat_s
        while not gone.done():
            last = await self._store.last_seq()
            page = await self._store.page(SHARED, after, filters, _PAGE)
            if page.rows:
                after = page.rows[-1].seq
                await send({"type": "http.response.body", "body": event_of(page), "more_body": True})
                continue
            after = max(after, last)
            if (now := asyncio.get_running_loop().time()) - lives_at >= self._heartbeat_s:
                lives_at = now
                if self._members.find(member.name) != member:
                    return
                await send({"type": "http.response.body", "body": b": that is all so far\n\n", "more_body": True})
            waits = asyncio.ensure_future(self.changes.after(after, timeout_s=self._heartbeat_s))
            await asyncio.wait((waits, gone), return_when=asyncio.FIRST_COMPLETED)
            waits.cancel()

    async def _objects(self, member: Member, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        if not member.may_write:
            await _answer(send, 403, {"title": f"a {member.role} sends nothing"})
            return
        admitted = admit_objects(_objects_in(await _body(receive)), member.identity)
        collection = SHARED if member.may_publish else INBOX
        appended = await self._store.append(collection, admitted.objects, by=member.name)
        told: dict[str, Any] = {
            "is_shared": collection == SHARED,
            "new": sum(one.is_new for one in appended.kept),
            "seq": max((one.seq for one in appended.kept), default=0),
            "refused": [{"id": one.object_id, "why": one.reason} for one in (*admitted.refused, *appended.refused)],
        }
        await _answer(send, 202 if appended.kept else 422, told)

    async def _acks(self, member: Member, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        seq = await _field(receive, "seq")
        last = await self._store.last_seq()
        if not isinstance(seq, int) or not 0 <= seq <= last:
            raise InputError(f"{seq!r} is no number of this hub", mend=f"the last one is {last}")
        self._members.acknowledge(member.name, SHARED, seq)
        await _answer(send, 200, {"seq": seq})

    async def call_hooks(self) -> None:
        """Post to hooks what comes, each at its own pace, until the server ends."""
        calls: dict[int, asyncio.Task[Any]] = {}
        after = -1
        while not self._is_over.is_set():
            members = {one.name: one for one in self._members.all()}
            calls = {number: call for number, call in calls.items() if not call.done()}
            for hook in self._hooks.all():
                if hook.number not in calls and hook.may_try(time.time()):
                    calls[hook.number] = asyncio.ensure_future(self._call(members[hook.member], hook.number))
            await self.changes.after(after, timeout_s=1.0)
            with suppress(PeerError):
                after = await self._store.last_seq()
        await asyncio.gather(*calls.values())

    async def _call(self, member: Member, number: int) -> None:
        with suppress(PeerError):
            await self._hooks.deliver(member, number)

    async def _show_hooks(self, member: Member, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await _answer(send, 200, {"hooks": [_shown(one) for one in self._hooks.all(member.name)]})

    async def _add_hook(self, member: Member, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        hook = await self._hooks.add(member, str(await _field(receive, "url")))
        await _answer(send, 201, {**_shown(hook), "secret": hook.secret})

    async def _remove_hook(self, member: Member, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        number = await _field(receive, "hook")
        self._hooks.remove(member.name, number if isinstance(number, int) else 0)
        await _answer(send, 200, {"hooks": [_shown(one) for one in self._hooks.all(member.name)]})

    async def _status(self, member: Member, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        seq, at = self._members.deliveries().get(member.name, (0, 0.0))
        told = {
            "member": member.name,
            "identity": member.identity,
            "role": member.role,
            "ceiling": member.ceiling,
            "last_seq": await self._store.last_seq(),
            "acknowledged": seq,
            "acknowledged_at": at,
        }
        await _answer(send, 200, told)


def _shown(hook: Hook) -> dict[str, Any]:
    return {name: value for name, value in hook._asdict().items() if name not in ("secret", "member")}


def _token(scope: Scope) -> str:
    found = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    kind, _, token = found.decode("latin-1").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _position(scope: Scope) -> int:
    found = next((value for name, value in scope["headers"] if name == b"last-event-id"), b"").decode("latin-1")
    text = found or parse_qs(scope["query_string"].decode("latin-1")).get("after", ["0"])[0]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InputError(f"{text[:40]!r} is no number of an event", mend="send the id of the last event seen, or none")
    return int(text)


async def _hang_up(receive: Receive, is_over: asyncio.Event) -> None:
    """Wait until the reader is gone, or the server ends."""
    hears = asyncio.ensure_future(_disconnect(receive))
    ends = asyncio.ensure_future(is_over.wait())
    try:
        await asyncio.wait((hears, ends), return_when=asyncio.FIRST_COMPLETED)
    finally:
        hears.cancel()
        ends.cancel()


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InputError("the request ended in its middle", mend="send it again")
        part = message.get("body", b"")
        size += len(part)
        if size > _LARGEST_BODY:
            raise InputError(f"larger than {_LARGEST_BODY} bytes", mend="send it in parts")
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _objects_in(body: bytes) -> list[Any]:
    """The objects of a bundle or of an envelope of TAXII."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InputError(f"this is no JSON: {error}", mend='send {"objects": [...]}') from error
    objects = document.get("objects") if isinstance(document, dict) else None
    if not isinstance(objects, list):
        raise InputError("there are no objects in it", mend='send {"objects": [...]}')
    if len(objects) > _MOST_OBJECTS:
        raise InputError(f"it holds {len(objects)} objects", mend=f"send at most {_MOST_OBJECTS} at once")
    return objects


async def _field(receive: Receive, name: str) -> Any:
    """One field of a JSON body."""
    try:
        return orjson.loads(await _body(receive))[name]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise InputError(f"it says no {name}", mend=f'send {{"{name}": …}}') from error


async def _answer(send: Send, status: int, told: dict[str, Any], *headers: tuple[bytes, bytes]) -> None:
    body = orjson.dumps(told)
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [_JSON, length, *headers]})
    await send({"type": "http.response.body", "body": body})
