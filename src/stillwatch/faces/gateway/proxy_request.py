"""Read a request as far as it must be known to decide on it.

Every body is read, whatever its content type says, since engines read it so too: a label is the client's own word. Only
uploads at paths where no model answers with text go through as they come.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

from stillwatch.faces.gateway.proxy_refusal import Refusal

if TYPE_CHECKING:
    from aiohttp.web_request import BaseRequest

    from stillwatch.faces.gateway.proxy_limits import ProxyLimits

_UPLOADS: Final = re.compile(
    r"/(?:v1/(?:files|uploads|audio/(?:transcriptions|translations)|images/edits)|api/blobs)(?:/[\w:-]+)*"
)
"""Paths, in full and without anything that another server could read in another way."""
_READ: Final = frozenset(("POST", "PUT", "PATCH"))
_REFUSED_METHODS: Final = frozenset(("CONNECT", "TRACE"))


def refuse_what_is_no_exchange(request: BaseRequest) -> None:
    """Only requests with a reply of their own are carried.

    Raises:
        Refusal: A tunnel or another protocol is asked for, or the target is no path.
    """
    if request.method in _REFUSED_METHODS:
        raise Refusal(405, f"{request.method} is not served here.")
    if request.headers.get("upgrade", "").lower() == "websocket":
        raise Refusal(501, "WebSockets are not served here; use the HTTP API, which streams as well.")
    if not request.raw_path.startswith("/"):
        raise Refusal(400, "The request's target must be a path.")


def goes_through_unread(request: BaseRequest) -> bool:
    """Whether its body is none that a decision looks at."""
    return is_unread(request.method, request.raw_path.partition("?")[0])


def is_unread(method: str, path: str) -> bool:
    """The same of a method and a path as it was written."""
    return method not in _READ or _UPLOADS.fullmatch(path) is not None


async def read_body(request: BaseRequest, limits: ProxyLimits) -> bytes:
    """The whole body.

    Raises:
        Refusal: It is too long, too slow, cut short or compressed.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(415, "Compressed request bodies are not served here; send it as it is.")
    too_long = f"The request's body is longer than {limits.largest_body_bytes} bytes."
    length = request.content_length
    if length is not None and length > limits.largest_body_bytes:
        raise Refusal(413, too_long)
    if request.headers.get("expect", "").lower() == "100-continue":
        await _let_it_go_on(request)
    if request.content.is_eof() and length is not None:  # it came with the head: nothing to wait for
        return request.content.read_nowait()
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.body_s):
            async for part in request.content.iter_any():
                size += len(part)
                if size > limits.largest_body_bytes:
                    raise Refusal(413, too_long)
                parts.append(part)
    except TimeoutError as error:
        raise Refusal(408, "The request's body did not arrive in time.") from error
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def _let_it_go_on(request: BaseRequest) -> None:
    """A client that asks first sends its body only after this."""
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.writer.output_size = 0
