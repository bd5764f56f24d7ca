"""What must be withheld is left out of every place that an API or an engine has for it, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.guard.reply_fields import (
    REASONING_NOTE,
    noted_block,
    noted_item,
    output_without_reasoning,
    reply_without_reasoning,
    without_logprobs,
)

LOGPROBS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "chat": (
        {"choices": [{"logprobs": {"content": [{"logprob": -1}]}, "message": {"content": "a"}}, {"logprobs": None}]},
        {"choices": [{"logprobs": None, "message": {"content": "a"}}, {"logprobs": None}]},
    ),
    "vllm's prompt": (
        {"prompt_logprobs": [None, {"1": 2}], "choices": [{"prompt_logprobs": [1]}]},
        {"prompt_logprobs": [], "choices": [{"prompt_logprobs": []}]},
    ),
    "responses": (
        {"output": [{"type": "message", "content": [{"type": "output_text", "text": "a", "logprobs": [{"a": 1}]}]}]},
        {"output": [{"type": "message", "content": [{"type": "output_text", "text": "a", "logprobs": []}]}]},
    ),
    "responses' delta": (
        {"type": "response.output_text.delta", "delta": "a", "logprobs": [1]},
        {"type": "response.output_text.delta", "delta": "a", "logprobs": []},
    ),
    "responses' part": ({"part": {"logprobs": [1]}}, {"part": {"logprobs": []}}),
    "responses' item": ({"item": {"content": [{"logprobs": [1]}]}}, {"item": {"content": [{"logprobs": []}]}}),
    "responses' end": (
        {"response": {"output": [{"content": [{"logprobs": [1]}]}]}},
        {"response": {"output": [{"content": [{"logprobs": []}]}]}},
    ),
    "sglang": (
        {"text": "a", "meta_info": {"id": "1", "output_token_logprobs": [[-1.0, 5, None]]}},
        {"text": "a", "meta_info": {"id": "1", "output_token_logprobs": []}},
    ),
    "tgi": (
        {"token": {"id": 1, "logprob": 0.0}, "top_tokens": [{"id": 2}], "details": {"seed": 1, "tokens": [1]}},
        {"token": {"id": 1, "logprob": None}, "top_tokens": [], "details": {"seed": 1, "tokens": []}},
    ),
    "ollama": ({"message": {"content": "a"}, "logprobs": [1]}, {"message": {"content": "a"}, "logprobs": []}),
}
HIDDEN = "so it is four"
REASONING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "chat": (
        {"choices": [{"message": {"content": "4", "reasoning_content": HIDDEN, "reasoning": HIDDEN}}]},
        {"choices": [{"message": {"content": "4"}}]},
    ),
    "chat in parts": (
        {"choices": [{"message": {"content": "4", "reasoning_details": [{"text": HIDDEN}], "thinking_blocks": [1]}}]},
        {"choices": [{"message": {"content": "4"}}]},
    ),
    "litellm": (
        {"choices": [{"message": {"content": "4", "provider_specific_fields": {"reasoning": HIDDEN, "refusal": "n"}}}]},
        {"choices": [{"message": {"content": "4", "provider_specific_fields": {"refusal": "n"}}}]},
    ),
    "blocks in a chat": (
        {"choices": [{"message": {"content": [{"type": "thinking", "thinking": HIDDEN}, {"type": "text"}]}}]},
        {"choices": [{"message": {"content": [{"type": "text"}]}}]},
    ),
    "messages": (
        {
            "content": [
                {"type": "thinking", "thinking": HIDDEN, "signature": "s"},
                {"type": "redacted_thinking", "data": HIDDEN},
                {"type": "text", "text": "4"},
            ]
        },
        {"content": [{"type": "text", "text": "4"}]},
    ),
    "responses": (
        {
            "object": "response",
            "reasoning": {"effort": "high"},
            "output": [{"type": "reasoning", "summary": [HIDDEN], "encrypted_content": HIDDEN}, {"type": "message"}],
        },
        {"object": "response", "reasoning": {"effort": "high"}, "output": [{"type": "message"}]},
    ),
    "ollama's chat": ({"message": {"content": "4", "thinking": HIDDEN}}, {"message": {"content": "4"}}),
    "ollama's generate": ({"response": "4", "thinking": HIDDEN}, {"response": "4"}),
}
PLAIN: list[dict[str, Any]] = [
    {},
    {"choices": [{"message": {"content": "4", "reasoning_content": None}, "logprobs": None}]},
    {"choices": [{"message": {"content": "4", "tool_calls": [{"arguments": '{"logprobs": 1}'}]}}]},
    {"content": [{"type": "tool_use", "input": {"thinking": "an argument", "logprobs": [1]}}]},
    {"choices": "none", "output": None, "content": 3, "meta_info": [], "message": "m"},
    {"error": {"message": "no such model"}},
    {"object": "response", "reasoning": {"effort": "high"}, "output": [{"type": "message", "content": []}]},
]


@pytest.mark.parametrize("name", LOGPROBS)
def test_logprobs_are_left_out(name: str) -> None:
    given, expected = LOGPROBS[name]
    assert without_logprobs(given) == expected


@pytest.mark.parametrize("name", REASONING)
def test_reasoning_is_left_out(name: str) -> None:
    given, expected = REASONING[name]
    assert reply_without_reasoning(given, "") == expected
    assert HIDDEN not in str(reply_without_reasoning(given, REASONING_NOTE))


@pytest.mark.parametrize("body", PLAIN)
def test_a_reply_without_either_is_the_same_object(body: dict[str, Any]) -> None:
    assert without_logprobs(body) is body
    assert reply_without_reasoning(body, "") is body
    assert reply_without_reasoning(body, REASONING_NOTE) is body


def test_a_note_takes_the_place_of_text() -> None:
    given = {"choices": [{"message": {"content": "4", "reasoning_content": HIDDEN}}]}
    assert reply_without_reasoning(given, "note") == {
        "choices": [{"message": {"content": "4", "reasoning_content": "note"}}]
    }


def test_a_noted_block_is_one_that_clients_know_and_signs_nothing() -> None:
    assert noted_block("note") == {"type": "thinking", "thinking": "note", "signature": ""}
    assert noted_block("") is None


def test_a_noted_item_keeps_its_id_and_nothing_that_was_encrypted() -> None:
    item = {"id": "rs_1", "type": "reasoning", "summary": [HIDDEN], "encrypted_content": HIDDEN}
    kept = {"id": "rs_1", "type": "reasoning", "summary": [{"type": "summary_text", "text": "note"}]}
    assert noted_item(item, "note") == kept
    assert output_without_reasoning([item, {"type": "message"}], "note") == [kept, {"type": "message"}]
