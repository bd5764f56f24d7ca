"""Private matching over HTTP, as a plain ASGI application beside TAXII and push.

    GET  /matching/epochs              the epochs, and what is left of the member's quota in each
    POST /matching/EPOCH/evaluate      elements of 32 bytes, one after the other, as application/octet-stream;
                                       answered with as many, and the proof of 64 bytes behind them

    app = Matching(holder, who=lambda token: None)

A member shows the bearer token that it has for the hub. The body is nothing but elements, so there is nothing to parse;
`x-stillwatch-left` says how much more may be asked.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.intel.match_epoch import write_epoch
from stillwatch.intel.ristretto import POINT_BYTES
from stillwatch.service.sharing.match_holder import MOST_ELEMENTS, Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from stillwatch.service.sharing.match_holder import MatchHolder

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_AT_ONCE: Final = 2
"""Batches that are computed at a time: more would only wait for a core."""
_ELEMENTS: Final = b"application/octet-stream"
_JSON: Final = b"application/json"
_SAID: Final = {
    Refusal.UNKNOWN: (404, "there is no such epoch"),
    Refusal.EARLY: (409, "the epoch has not begun"),
    Refusal.OVER: (410, "the epoch is over, and its key is erased"),
    Refusal.BATCH: (413, f"ask for 1 to {MOST_ELEMENTS} elements at once"),
    Refusal.QUOTA: (429, "this is more than what is left of your quota in this epoch"),
    Refusal.MALFORMED: (422, "one of them is no element of ristretto255, or the identity"),
}


class _Reply(NamedTuple):
    status: int
    body: bytes
    kind: bytes = _JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Matching:
    """The application.

    Args:
        holder: Who has the keys.
        who: Of a bearer token the member's name; None where nobody has it.
    """

    def __init__(self, holder: MatchHolder, *, who: Callable[[str], str | None]) -> None:
        self._holder, self._who = holder, who
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        reply = await self._reply(scope, receive)
        if reply is None:
            return
        headers = [(b"content-type", reply.kind), (b"content-length", b"%d" % len(reply.body)), *reply.headers]
        headers += [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def _reply(self, scope: Scope, receive: Receive) -> _Reply | None:
        """What to say; None where the client has gone."""
        headers = dict(scope["headers"])
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        member = self._who(token.strip()) if scheme.lower() == "bearer" else None
        if member is None:
            return _failed(401, "show the token of a member", ((b"www-authenticate", b'Bearer realm="matching"'),))
        match scope["method"], *scope["path"].strip("/").split("/"):
            case "GET", "matching", "epochs":
                found = await asyncio.to_thread(self._holder.epochs, member)
                listed = [{**orjson.loads(write_epoch(one)), "left": left} for one, left in found]
                return _Reply(200, orjson.dumps({"epochs": listed}))
            case "POST", "matching", epoch_id, "evaluate":
                if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != _ELEMENTS:
                    return _failed(415, "elements are sent as application/octet-stream")
                return await self._evaluated(member, epoch_id, headers, receive)
            case _, "matching", *_:
                return _failed(404, "ask GET /matching/epochs or POST /matching/EPOCH/evaluate")
        return _failed(404, "there is nothing here")

    async def _evaluated(
        self, member: str, epoch_id: str, headers: dict[bytes, bytes], receive: Receive
    ) -> _Reply | None:
        body = await _body(headers, receive, MOST_ELEMENTS * POINT_BYTES)
        if body is None:
            return None
        if len(body) > MOST_ELEMENTS * POINT_BYTES:
            return _failed(*_SAID[Refusal.BATCH])
        if not body or len(body) % POINT_BYTES:
            return _failed(400, f"elements have {POINT_BYTES} bytes each")
        elements = [body[place : place + POINT_BYTES] for place in range(0, len(body), POINT_BYTES)]
        async with self._at_once:
            answered = await asyncio.to_thread(self._holder.answer, member, epoch_id, elements)
        left = (b"x-stillwatch-left", b"%d" % answered.left)
        if answered.answer is None:
            status, what = _SAID[answered.refusal or Refusal.UNKNOWN]
            later = ((b"retry-after", b"%d" % answered.retry_s),) if answered.refusal is Refusal.QUOTA else ()
            return _failed(status, what, (left, *later))
        return _Reply(200, b"".join((*answered.answer.elements, answered.answer.proof)), _ELEMENTS, (left,))


def _failed(status: int, what: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> _Reply:
    return _Reply(status, orjson.dumps({"error": what}), headers=headers)


async def _body(headers: dict[bytes, bytes], receive: Receive, most: int) -> bytes | None:
    """The body, up to one byte more than allowed; None where the client has gone."""
    stated = headers.get(b"content-length", b"0")
    if not stated.isdigit() or int(stated) > most:
        return bytes(most + 1)
    body = b""
    while len(body) <= most:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return body
