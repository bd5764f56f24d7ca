"""The body of a request to an ASGI application: read before the application is called, and given to it again.

What an application asks for afterwards comes from the server itself, so that it still learns when the client goes away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.faces.gateway.proxy_refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]

_OF_BODY: Final = frozenset((b"content-length", b"transfer-encoding"))


async def read_body(receive: Receive, most_bytes: int) -> bytes | None:
    """All of it; None where the client went away before its end.

    Raises:
        Refusal: It is too long.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size > most_bytes:
            raise Refusal(413, f"The request's body is longer than {most_bytes} bytes.")
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


class ReplayedBody:
    """What the application receives in place of what was read.

    Args:
        body: To give, whole and once; None where nothing was read.
        receive: The server's own.
    """

    def __init__(self, body: bytes | None, receive: Receive) -> None:
        self._body = body
        self._receive = receive
        self._is_over = False

    def end(self) -> None:
        """The reply was ended early: tell the application that the client has gone."""
        self._is_over = True

    async def __call__(self) -> Message:
        if self._is_over:
            return {"type": "http.disconnect"}
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


def with_length(headers: Iterable[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    """The headers of a message whose body was replaced."""
    kept = [pair for pair in headers if pair[0].lower() not in _OF_BODY]
    return [*kept, (b"content-length", str(length).encode())]
