"""Which headers go through a proxy, and which belong to one connection alone (RFC 9110, section 7.6.1).

>>> onward([("Connection", "x-own"), ("X-Own", "1"), ("Accept", "*/*"), ("TE", "trailers")])
[('Accept', '*/*')]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_HOP: Final = frozenset(
    (
        *("connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization"),
        *("te", "trailer", "trailers", "transfer-encoding", "upgrade", "http2-settings"),
    )
)
_OURS: Final = "x-stillwatch-"
"""What begins so is said by a guard; of a client nobody believes it."""
_WRITTEN_ANEW: Final = frozenset(("host", "content-length", "expect", "x-forwarded-for", "x-forwarded-proto"))
"""Of a request: what the proxy says itself."""
_OF_BYTES: Final = frozenset(("content-length", "content-md5", "digest", "content-digest", "etag", "accept-ranges"))

_Pairs = list[tuple[str, str]]


def onward(headers: Iterable[tuple[str, str]]) -> _Pairs:
    """Without those of the connection, and those that its `connection` header names; in their order."""
    pairs = list(headers)
    named = {part.strip().lower() for name, value in pairs if name.lower() == "connection" for part in value.split(",")}
    own = _HOP | named if named else _HOP
    return [pair for pair in pairs if pair[0].lower() not in own]


def to_engine(headers: Iterable[tuple[str, str]], *, peer: str, forwarded_for: str, host: str) -> _Pairs:
    """A client's headers as the engine gets them.

    Args:
        headers: As the client sent them.
        peer: Who opened the connection; empty for a Unix socket.
        forwarded_for: What a trusted proxy before us has written; empty where none did.
        host: The engine's.
    """
    chain = ", ".join(part for part in (forwarded_for, peer) if part)
    kept = [
        pair
        for pair in onward(headers)
        if (lowered := pair[0].lower()) not in _WRITTEN_ANEW and not lowered.startswith(_OURS)
    ]
    return [("Host", host), *kept, *([("X-Forwarded-For", chain)] if chain else [])]


def to_client(headers: Iterable[tuple[str, str]], *, is_rewritten: bool) -> _Pairs:
    """An engine's headers as the client gets them; of a reply that is rewritten without what told of its bytes."""
    kept = [pair for pair in onward(headers) if not pair[0].lower().startswith(_OURS)]
    if not is_rewritten:
        return kept
    return [pair for pair in kept if pair[0].lower() not in _OF_BYTES]
