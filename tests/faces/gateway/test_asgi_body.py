from __future__ import annotations

import asyncio
from typing import Any

import pytest

from stillwatch.faces.gateway.asgi_body import ReplayedBody, read_body, with_length
from stillwatch.faces.gateway.proxy_refusal import Refusal

GONE = {"type": "http.disconnect"}


class Server:
    """What a server sends, message by message."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self._messages = list(messages)

    async def __call__(self) -> dict[str, Any]:
        return self._messages.pop(0)


def part(body: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_is_read_to_its_end() -> None:
    asked = Server(part(b"a", more=True), part(b"b", more=True), {"type": "http.request"})
    assert asyncio.run(read_body(asked, 2)) == b"ab"


def test_who_goes_away_has_asked_nothing() -> None:
    assert asyncio.run(read_body(Server(part(b"a", more=True), GONE), 9)) is None


def test_too_long_is_refused_before_its_end() -> None:
    with pytest.raises(Refusal, match="longer than 2 bytes"):
        asyncio.run(read_body(Server(part(b"abc", more=True)), 2))


def test_the_application_is_given_it_once_and_then_hears_the_server() -> None:
    async def receive() -> list[Any]:
        replayed = ReplayedBody(b"ab", Server(GONE))
        return [await replayed(), await replayed()]

    assert asyncio.run(receive()) == [part(b"ab", more=False), GONE]


def test_what_was_not_read_comes_from_the_server() -> None:
    assert asyncio.run(ReplayedBody(None, Server(part(b"a", more=True)))()) == part(b"a", more=True)


def test_an_application_whose_reply_was_ended_hears_that_the_client_has_gone() -> None:
    replayed = ReplayedBody(b"ab", Server())
    replayed.end()
    assert asyncio.run(replayed()) == GONE


def test_the_length_is_that_of_the_body_that_is_there() -> None:
    headers = [(b"Content-Length", b"9"), (b"transfer-encoding", b"chunked"), (b"x", b"1")]
    assert with_length(headers, 2) == [(b"x", b"1"), (b"content-length", b"2")]
