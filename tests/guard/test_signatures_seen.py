"""What a reply signs is told in the form in which the next request's signatures are read."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from stillwatch.core.decision import NO_OBLIGATIONS, Obligations, Withhold
from stillwatch.guard.reply_stream import ReplyStream
from stillwatch.guard.signatures_seen import SignaturesSeen
from stillwatch.wire.event_frames import event as framed
from stillwatch.wire.messages import read_request

LONG = "c2ln" * 200
BLOCKS = [
    {"type": "thinking", "thinking": "so", "signature": LONG},
    {"type": "redacted_thinking", "data": "hidden"},
]
ITEM = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": LONG}
STREAMS: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "messages": (
        [
            {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "signature": ""}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": LONG[:99]}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": LONG[99:]}},
            {"type": "content_block_start", "index": 1, "content_block": BLOCKS[1]},
        ],
        {"messages": [{"role": "assistant", "content": BLOCKS}]},
    ),
    "responses": (
        [
            {"type": "response.output_item.added", "item": {"type": "reasoning", "id": "rs_1"}},
            {"type": "response.output_item.done", "item": ITEM},
        ],
        {"input": [ITEM]},
    ),
    "chat": (
        [{"choices": [{"index": 0, "delta": {"reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}]}}]}],
        {
            "messages": [
                {
                    "role": "assistant",
                    "content": "4",
                    "reasoning_details": [{"type": "reasoning.encrypted", "data": "x"}],
                }
            ]
        },
    ),
    "none": ([{"type": "ping"}, {"choices": [None, {"delta": {"content": "4"}}]}], {"messages": []}),
}
WHOLE = {
    "messages": {"role": "assistant", "content": BLOCKS},
    "responses": {"object": "response", "output": [ITEM]},
}


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_s_signatures_are_those_that_the_next_request_hands_in(name: str) -> None:
    events, request = STREAMS[name]
    seen = SignaturesSeen()
    for event in events:
        seen.see(event)
    assert sorted(seen.found) == sorted((read_request(request).reasoning_in or "").split())
    stream = ReplyStream(NO_OBLIGATIONS)
    for event in events:
        stream.feed(framed("", orjson.dumps(event)))
    assert stream.signatures == seen.found


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_reply_has_the_same_signatures(name: str) -> None:
    seen = SignaturesSeen()
    seen.see_whole(WHOLE[name])
    assert sorted(seen.found) == sorted((read_request(STREAMS[name][1]).reasoning_in or "").split())


def test_what_is_withheld_is_not_handed_out() -> None:
    stream = ReplyStream(Obligations(withhold_reasoning=Withhold.STRIP))
    for event in STREAMS["messages"][0]:
        stream.feed(framed("", orjson.dumps(event)))
    assert stream.signatures == ()


def test_a_flood_of_blocks_is_bounded() -> None:
    seen = SignaturesSeen()
    for number in range(2000):
        seen.see({"index": number, "delta": {"signature": str(number)}})
        seen.see({"content_block": {"type": "redacted_thinking", "data": f"d{number}"}})
    assert len(seen.found) == 256
