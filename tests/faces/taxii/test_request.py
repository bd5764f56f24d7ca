"""A body is read to its end, to the limit, or until the client goes away."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from stillwatch.faces.taxii.answer import TaxiiError
from stillwatch.faces.taxii.request import ClientGoneError, TaxiiRequest
from stillwatch.service.sharing.access import Caller


def read(*messages: dict[str, Any], most_bytes: int = 10, length: bytes = b"0") -> bytes:
    rest = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(rest)

    request = TaxiiRequest(
        method="POST",
        path=(),
        query=b"",
        headers={b"content-length": length},
        caller=Caller(name="lab-a"),
        receive=receive,
    )
    return asyncio.run(request.body(most_bytes))


def part(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_the_parts_are_one_body() -> None:
    assert read(part(b"ab"), part(b"cd"), part(b"", more=False)) == b"abcd"


def test_what_is_too_long_is_not_read_to_its_end() -> None:
    with pytest.raises(TaxiiError, match="at most 10 bytes"):
        read(part(b"a" * 6), part(b"a" * 6))
    with pytest.raises(TaxiiError, match="at most 10 bytes"):
        read(length=b"11")


def test_a_client_that_goes_away_is_answered_nothing() -> None:
    with pytest.raises(ClientGoneError):
        read(part(b"ab"), {"type": "http.disconnect"})
