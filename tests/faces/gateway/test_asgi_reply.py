"""What an application sends, message by message, and what the server is given."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from stillwatch.core.decision import NO_OBLIGATIONS, Action, Decision, Obligations, Withhold
from stillwatch.faces.gateway.asgi_reply import AsgiReply

WITHHOLD = Obligations(withhold_reasoning=Withhold.STRIP)
JSON = [(b"content-type", b"application/json")]
MESSAGE = b'{"choices":[{"message":{"content":"4","reasoning_content":"2+2"}}],'
WHOLE = MESSAGE + b'"usage":{"prompt_tokens":1,"completion_tokens":2}}'


class Told:
    """A reply, all that was sent of it, and how often the application was told to stop."""

    def __init__(self, obligations: Obligations = NO_OBLIGATIONS, **other: Any) -> None:
        self.sent: list[Any] = []
        self.stopped = 0
        decision = Decision(action=Action.ALLOW, obligations=obligations, **other)
        self.reply = AsgiReply(self._send, decision, prompt="", path="/v1/chat/completions", stop=self._stop)

    async def _send(self, message: Any) -> None:
        self.sent.append(message)

    def _stop(self) -> None:
        self.stopped += 1

    def take(self, headers: list[tuple[bytes, bytes]], *parts: bytes) -> Told:
        async def go() -> None:
            await self.reply({"type": "http.response.start", "status": 200, "headers": headers})
            for number, part in enumerate(parts, 1):
                await self.reply({"type": "http.response.body", "body": part, "more_body": number < len(parts)})

        asyncio.run(go())
        return self

    @property
    def body(self) -> bytes:
        return b"".join(one.get("body", b"") for one in self.sent)


def test_what_is_not_changed_goes_on_part_by_part() -> None:
    told = Told().take([*JSON, (b"content-length", b"9")], WHOLE[:9], WHOLE[9:])
    assert [one["type"] for one in told.sent] == ["http.response.start", *["http.response.body"] * 2]
    assert told.sent[0]["headers"] == [*JSON, (b"content-length", b"9")]
    assert (told.body, told.reply.tokens) == (WHOLE, 3)


def test_what_is_changed_is_held_to_its_end_and_says_its_new_length() -> None:
    told = Told(WITHHOLD, applied=("withhold_reasoning",)).take(
        [*JSON, (b"content-length", b"9")], WHOLE[:9], WHOLE[9:]
    )
    assert json.loads(told.body)["choices"] == [{"message": {"content": "4"}}]
    assert dict(told.sent[0]["headers"]) == dict(JSON) | {
        b"x-stillwatch-applied": b"withhold_reasoning",
        b"content-length": str(len(told.body)).encode(),
    }
    assert [one["type"] for one in told.sent] == ["http.response.start", "http.response.body"]
    assert told.reply.tokens == 3


@pytest.mark.parametrize(
    ("headers", "parts"),
    [([*JSON, (b"content-encoding", b"gzip")], (b"\x1f\x8b", b"")), (JSON, (b"<html>",))],
    ids=["compressed", "no json"],
)
def test_what_cannot_be_read_is_refused_once(headers: list[tuple[bytes, bytes]], parts: tuple[bytes, ...]) -> None:
    told = Told(WITHHOLD).take(headers, *parts)
    assert (told.sent[0]["status"], told.stopped, len(told.sent)) == (502, 1, 2)
    assert json.loads(told.body)["error"]["message"] == "The model's reply could not be read."


def test_sound_holds_nothing_that_must_be_left_out() -> None:
    told = Told(WITHHOLD).take([(b"content-type", b"audio/mpeg")], b"ID3", b"...")
    assert (told.body, len(told.sent)) == (b"ID3...", 3)


def test_a_stream_goes_on_event_by_event_and_is_counted() -> None:
    events = [
        b'data: {"choices":[{"index":0,"delta":{"reasoning_content":"2+2"}}]}\n\n',
        b'data: {"choices":[{"index":0,"delta":{"content":"4"}}]}\n\n',
        b'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n',
    ]
    told = Told(WITHHOLD).take([(b"content-type", b"text/event-stream"), (b"content-length", b"9")], *events, b"")
    assert (b"2+2" in told.body, events[1] in told.body, told.reply.tokens) == (False, True, 3)
    assert told.sent[0]["headers"] == [(b"content-type", b"text/event-stream")]
    assert [one["more_body"] for one in told.sent[1:]] == [True, True, True, False]
