"""The same reply reads the same in every shape, whole or streamed."""

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.wire.replies import NO_REPLY, read_reply, read_stream

WHOLE: dict[str, Any] = {
    "openai": {"choices": [{"message": {"role": "assistant", "content": "Because."}, "finish_reason": "stop"}]},
    "completion": {"choices": [{"text": "Because.", "finish_reason": "stop"}]},
    "responses": {
        "status": "stop",
        "object": "response",
        "output": [
            {"type": "reasoning", "summary": []},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Because."}]},
        ],
    },
    "anthropic": {"role": "assistant", "content": [{"type": "text", "text": "Because."}], "stop_reason": "stop"},
    "bedrock converse": {"output": {"message": {"content": [{"text": "Because."}]}}, "stopReason": "stop"},
    "gemini": {"candidates": [{"content": {"parts": [{"text": "Because."}]}, "finishReason": "stop"}]},
    "titan": {"results": [{"outputText": "Because.", "completionReason": "stop"}]},
    "llama": {"generation": "Because.", "stop_reason": "stop"},
    "otel": [{"role": "assistant", "parts": [{"type": "text", "content": "Because."}], "finish_reason": "stop"}],
}
STREAMS: dict[str, list[dict[str, Any]]] = {
    "openai": [
        {"choices": [{"delta": {"content": "Be"}}]},
        {"choices": [{"delta": {"content": "cause."}, "finish_reason": "stop"}]},
    ],
    "anthropic": [
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Be"}},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "cause."}},
        {"type": "message_delta", "delta": {"stop_reason": "stop"}},
    ],
    "bedrock converse": [
        {"contentBlockDelta": {"delta": {"text": "Because."}}},
        {"messageStop": {"stopReason": "stop"}},
    ],
    "gemini": [
        {"candidates": [{"content": {"parts": [{"text": "Be"}]}}]},
        {"candidates": [{"content": {"parts": [{"text": "cause."}]}, "finishReason": "stop"}]},
    ],
    "llama": [{"generation": "Be"}, {"generation": "cause.", "stop_reason": "stop"}],
}


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_whole_reply(body: Any) -> None:
    assert read_reply(body) == NO_REPLY._replace(reply_text="Because.", finish_reasons="stop")


@pytest.mark.parametrize("events", STREAMS.values(), ids=STREAMS)
def test_streamed_reply(events: list[dict[str, Any]]) -> None:
    assert read_stream(events) == NO_REPLY._replace(reply_text="Because.", finish_reasons="stop")


def test_several_choices_are_one_text() -> None:
    body = {"choices": [{"message": {"content": "One."}}, {"message": {"content": "Two."}}]}
    assert read_reply(body).reply_text == "One.\nTwo."


def test_signatures_of_thinking_are_named() -> None:
    body = {"content": [{"type": "thinking", "signature": "sig-1"}, {"type": "text", "text": "x"}]}
    assert read_reply(body).reasoning_out == "sig-1"
