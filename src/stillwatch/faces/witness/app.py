"""The witness over HTTP, as an ASGI application: POST /add-checkpoint, and nothing else (c2sp.org/tlog-witness).

>>> from stillwatch.service.evidence.witness import WitnessAnswer
>>> app = witness_app(lambda data: WitnessAnswer(200, data))
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from stillwatch.evidence.witness import ADD_CHECKPOINT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from stillwatch.service.evidence.witness import WitnessAnswer

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]
    App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

_LONGEST_BODY: Final = 1 << 20
_TEXT: Final = "text/plain; charset=utf-8"


def witness_app(add_checkpoint: Callable[[bytes], WitnessAnswer]) -> App:
    """The application; `add_checkpoint` may wait for the disk, and is called on a thread."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            status, body, content_type = await _answer(scope, receive)
            headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    async def _answer(scope: dict[str, Any], receive: Receive) -> tuple[int, bytes, str]:
        if scope["path"] != ADD_CHECKPOINT:
            return 404, b"no such path\n", _TEXT
        if scope["method"] != "POST":
            return 405, b"POST a checkpoint\n", _TEXT
        body = await _body_of(receive)
        if body is None:
            return 413, f"more than {_LONGEST_BODY:,} bytes\n".encode(), _TEXT
        answer = await asyncio.to_thread(add_checkpoint, body)
        return int(answer.status), answer.body, answer.content_type

    return app


async def _body_of(receive: Receive) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > _LONGEST_BODY:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
