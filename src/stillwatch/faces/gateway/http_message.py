r"""What a server is asked and what it answers, over HTTP/1.1.

>>> encoded(Answer(429, (("retry-after", "3"),), b"slow down"))
b'HTTP/1.1 429 Too Many Requests\r\nretry-after: 3\r\ncontent-length: 9\r\n\r\nslow down'
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from stillwatch.wire.headers import Headers


class Asked(NamedTuple):
    """One request as it came over the wire."""

    method: str
    path: str
    """As it was written, without the query."""
    query: str
    headers: Headers
    body: bytes
    is_whole: bool
    """False where the body was longer than what is kept of one."""
    peer: str
    """Address of whoever connected; empty on a Unix socket."""


class Answer(NamedTuple):
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    """Names in lower case, values without line breaks; the content length is added."""
    body: bytes = b""


_LINES: Final = {one.value: f"HTTP/1.1 {one.value} {one.phrase}\r\n".encode() for one in HTTPStatus}


def encoded(answer: Answer, *, date: bytes = b"", closes: bool = False, is_head: bool = False) -> bytes:
    """The bytes of an answer; `date` is a whole header line or nothing."""
    status, headers, body = answer
    if not (headers or body or closes):
        return _LINES[status] + date + b"content-length: 0\r\n\r\n"
    parts = [_LINES[status], date]
    parts += [f"{name}: {value}\r\n".encode() for name, value in headers]
    if closes:
        parts.append(b"connection: close\r\n")
    parts.append(b"content-length: %d\r\n\r\n" % len(body))
    if not is_head:
        parts.append(body)
    return b"".join(parts)
