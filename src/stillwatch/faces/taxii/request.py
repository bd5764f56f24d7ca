"""One request of TAXII as the handlers see it: who asks, for what, and the body where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stillwatch.faces.taxii.answer import TaxiiError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from stillwatch.service.sharing.access import Caller

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]


class ClientGoneError(Exception):
    """The client went away before the end of its request: nobody waits for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxiiRequest:
    method: str
    path: tuple[str, ...]
    """Segments of the path."""
    query: bytes
    headers: dict[bytes, bytes]
    caller: Caller
    receive: Receive

    async def body(self, most_bytes: int) -> bytes:
        """All of the body.

        Raises:
            ClientGoneError: It ended early.
            TaxiiError: It is too long; what is left of it is not read.
        """
        stated = self.headers.get(b"content-length", b"0")
        if not stated.isdigit() or int(stated) > most_bytes:
            raise TaxiiError(413, f"a request holds at most {most_bytes} bytes")
        parts: list[bytes] = []
        size = 0
        while True:
            message = await self.receive()
            if message["type"] != "http.request":
                raise ClientGoneError
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most_bytes:
                raise TaxiiError(413, f"a request holds at most {most_bytes} bytes")
            if not message.get("more_body", False):
                return b"".join(parts)
