"""The events of a stream without what is withheld are a stream that clients can follow."""

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.core.decision import NO_OBLIGATIONS, Obligations, Withhold
from stillwatch.guard.reply_events import ReplyEvents
from stillwatch.guard.reply_fields import REASONING_NOTE

HIDE = Obligations(withhold_reasoning=Withhold.STRIP)
NOTE = Obligations(withhold_reasoning=Withhold.SUMMARISE)
TRIM = Obligations(strip_logprobs=True)
HIDDEN = "so it is four"


def rewritten(obligations: Obligations, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rewriter = ReplyEvents(obligations)
    return [kept for event in events for kept in rewriter.rewrite(event)]


def chunk(index: int, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": delta, "finish_reason": None}]}


def block(kind: str, index: int, **fields: Any) -> dict[str, Any]:
    return {"type": f"content_block_{kind}", "index": index, **fields}


MESSAGE = [
    {"type": "message_start", "message": {"content": [], "usage": {"input_tokens": 3}}},
    block("start", 0, content_block={"type": "thinking", "thinking": "", "signature": ""}),
    block("delta", 0, delta={"type": "thinking_delta", "thinking": HIDDEN}),
    block("delta", 0, delta={"type": "signature_delta", "signature": HIDDEN}),
    block("stop", 0),
    block("start", 1, content_block={"type": "redacted_thinking", "data": HIDDEN}),
    block("stop", 1),
    block("start", 2, content_block={"type": "text", "text": ""}),
    block("delta", 2, delta={"type": "text_delta", "text": "4"}),
    block("stop", 2),
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9}},
    {"type": "message_stop"},
]
REASONING_ITEM = {"id": "rs", "type": "reasoning", "summary": [{"text": HIDDEN}], "encrypted_content": HIDDEN}
TEXT_ITEM = {"id": "m", "type": "message", "content": [{"type": "output_text", "text": "4"}]}
RESPONSE = [
    {"type": "response.created", "response": {"object": "response", "output": [], "reasoning": {"effort": "low"}}},
    {"type": "response.output_item.added", "output_index": 0, "item": {"id": "rs", "type": "reasoning", "summary": []}},
    {"type": "response.reasoning_summary_part.added", "output_index": 0, "part": {"text": ""}},
    {"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": HIDDEN},
    {"type": "response.content_part.added", "output_index": 0, "part": {"type": "reasoning_text", "text": HIDDEN}},
    {"type": "response.output_item.done", "output_index": 0, "item": REASONING_ITEM},
    {"type": "response.output_item.added", "output_index": 1, "item": {"id": "m", "type": "message", "content": []}},
    {"type": "response.output_text.delta", "output_index": 1, "delta": "4", "logprobs": []},
    {"type": "response.output_item.done", "output_index": 1, "item": TEXT_ITEM},
    {"type": "response.completed", "response": {"object": "response", "output": [REASONING_ITEM, TEXT_ITEM]}},
]
CHAT = [
    chunk(0, role="assistant", content=""),
    chunk(0, reasoning_content=HIDDEN),
    chunk(1, reasoning=HIDDEN),
    chunk(0, reasoning_content=HIDDEN, content="4"),
    chunk(0, content="!"),
]


def test_a_chat_keeps_its_chunks() -> None:
    assert rewritten(HIDE, CHAT) == [CHAT[0], chunk(0), chunk(1), chunk(0, content="4"), CHAT[4]]


def test_each_choice_of_a_chat_has_its_note_once() -> None:
    assert rewritten(NOTE, CHAT) == [
        CHAT[0],
        chunk(0, reasoning_content=REASONING_NOTE),
        chunk(1, reasoning=REASONING_NOTE),
        chunk(0, content="4"),
        CHAT[4],
    ]


def test_blocks_behind_those_left_out_are_numbered_anew() -> None:
    assert rewritten(HIDE, MESSAGE) == [
        MESSAGE[0],
        *({**event, "index": 0} for event in MESSAGE[7:10]),
        *MESSAGE[10:],
    ]


def test_a_noted_block_stays_with_the_note_alone() -> None:
    noted = {"type": "thinking", "thinking": "", "signature": ""}
    said = {"type": "thinking_delta", "thinking": REASONING_NOTE}
    assert rewritten(NOTE, MESSAGE) == [
        MESSAGE[0],
        *(block("start", 0, content_block=noted), block("delta", 0, delta=said), block("stop", 0)),
        *(block("start", 1, content_block=noted), block("delta", 1, delta=said), block("stop", 1)),
        *MESSAGE[7:],
    ]


def test_items_behind_those_left_out_are_numbered_anew() -> None:
    assert rewritten(HIDE, RESPONSE) == [
        RESPONSE[0],
        *({**event, "output_index": 0} for event in RESPONSE[6:9]),
        {"type": "response.completed", "response": {"object": "response", "output": [TEXT_ITEM]}},
    ]


def test_a_noted_item_stays_with_the_note_alone() -> None:
    summary = [{"type": "summary_text", "text": REASONING_NOTE}]
    noted = {"id": "rs", "type": "reasoning", "summary": summary}
    assert rewritten(NOTE, RESPONSE) == [
        RESPONSE[0],
        {"type": "response.output_item.added", "output_index": 0, "item": noted | {"summary": []}},
        {"type": "response.output_item.done", "output_index": 0, "item": noted},
        *RESPONSE[6:9],
        {"type": "response.completed", "response": {"object": "response", "output": [noted, TEXT_ITEM]}},
    ]


@pytest.mark.parametrize("stream", [MESSAGE, RESPONSE, CHAT])
@pytest.mark.parametrize("obligations", [HIDE, NOTE])
def test_nothing_hidden_is_seen_even_where_the_beginning_was_missed(
    stream: list[dict[str, Any]], obligations: Obligations
) -> None:
    for start in range(len(stream)):
        assert HIDDEN not in str(rewritten(obligations, stream[start:]))


@pytest.mark.parametrize("stream", [MESSAGE, RESPONSE, CHAT, [{"type": "ping"}, {"type": "new.event", "index": 5}, {}]])
@pytest.mark.parametrize("obligations", [NO_OBLIGATIONS, TRIM])
def test_events_without_anything_to_leave_out_are_the_same_objects(
    stream: list[dict[str, Any]], obligations: Obligations
) -> None:
    assert all(kept is event for kept, event in zip(rewritten(obligations, stream), stream, strict=True))


@pytest.mark.parametrize(
    "event",
    [
        {"type": "content_block_delta", "index": "x", "delta": []},
        {"type": "content_block_start", "index": None, "content_block": {"type": "thinking"}},
        {"type": "response.output_item.added", "item": {"type": "reasoning"}},
        {"type": "content_block_stop", "index": [1]},
        {"choices": [None, 3, {"index": "x", "delta": "d"}, {"delta": {"reasoning": {"a": 1}}}]},
        {"type": 7, "index": {}},
        {"type": "response.completed", "response": "gone"},
        {"type": "response.x", "output_index": [0], "item": [], "part": 0},
        {"type": "content_block_delta", "index": 0, "delta": {"type": ["thinking_delta"]}},
    ],
)
@pytest.mark.parametrize("obligations", [HIDE, NOTE])
def test_foreign_values_do_no_harm(event: dict[str, Any], obligations: Obligations) -> None:
    assert len(rewritten(obligations, [event, event])) <= 4


def test_logprobs_are_left_out_of_chunks() -> None:
    event = {"choices": [{"index": 0, "delta": {"content": "4"}, "logprobs": {"content": [1]}}]}
    kept = {"choices": [{"index": 0, "delta": {"content": "4"}, "logprobs": None}]}
    assert rewritten(TRIM, [event]) == [kept]
