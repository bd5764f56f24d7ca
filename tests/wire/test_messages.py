"""The same conversation reads the same in every shape."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.wire.messages import Conversation, chain_hash, chain_hashes, read_messages, read_request

FIRST = [("user", "Why?")]
TALK = [*FIRST, ("assistant", "Because."), ("user", "Why so?")]
EXPECTED = Conversation("Be brief.", "Why so?", 2, chain_hash(TALK), chain_hash(FIRST), None)

SHAPES: dict[str, dict[str, Any]] = {
    "openai": {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Why?"},
            {"role": "assistant", "content": "Because."},
            {"role": "user", "content": "Why so?"},
        ]
    },
    "openai parts": {
        "messages": [
            {"role": "developer", "content": [{"type": "text", "text": "Be brief."}]},
            {"role": "user", "content": [{"type": "text", "text": "Why?"}, {"type": "image_url", "image_url": {}}]},
            {"role": "assistant", "content": "Because.", "refusal": None},
            {"role": "user", "content": [{"type": "text", "text": "Why so?"}], "name": "reader"},
        ]
    },
    "responses": {
        "instructions": "Be brief.",
        "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Why?"}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Because."}]},
            {"role": "user", "content": "Why so?"},
        ],
    },
    "anthropic": {
        "system": [{"type": "text", "text": "Be brief."}],
        "messages": [
            {"role": "user", "content": "Why?"},
            {"role": "assistant", "content": [{"type": "text", "text": "Because."}]},
            {"role": "user", "content": [{"type": "text", "text": "Why so?"}]},
        ],
    },
    "bedrock converse": {
        "system": [{"text": "Be brief."}],
        "messages": [
            {"role": "user", "content": [{"text": "Why?"}]},
            {"role": "assistant", "content": [{"text": "Because."}]},
            {"role": "user", "content": [{"text": "Why so?"}]},
        ],
    },
    "gemini": {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "contents": [
            {"role": "user", "parts": [{"text": "Why?"}]},
            {"role": "model", "parts": [{"text": "Because."}]},
            {"role": "user", "parts": [{"text": "Why so?"}]},
        ],
    },
    "otel": {
        "system": [{"type": "text", "content": "Be brief."}],
        "messages": [
            {"role": "user", "parts": [{"type": "text", "content": "Why?"}]},
            {
                "role": "assistant",
                "parts": [{"type": "reasoning", "content": "Hm."}, {"type": "text", "content": "Because."}],
            },
            {"role": "user", "parts": [{"type": "text", "content": "Why so?"}]},
        ],
    },
}


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_every_shape_reads_the_same(body: dict[str, Any]) -> None:
    assert read_request(body) == EXPECTED


@pytest.mark.parametrize("body", [{"prompt": "Why?"}, {"input": "Why?"}, {"prompt": ["Why?"]}, {"inputText": "Why?"}])
def test_bare_text_is_one_user_turn(body: dict[str, Any]) -> None:
    assert read_request(body) == Conversation(None, "Why?", 1, chain_hash(FIRST), 0, None)


def test_system_text_is_in_no_chain() -> None:
    plain = read_messages([{"role": "user", "content": "Why?"}])
    with_system = read_messages([{"role": "system", "content": "x"}, {"role": "user", "content": "Why?"}])
    assert (plain.chain_self, plain.chain_parent) == (with_system.chain_self, with_system.chain_parent)


def test_tool_results_are_no_user_turn() -> None:
    openai = [
        {"role": "user", "content": "Look."},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]},
        {"role": "tool", "content": "found", "tool_call_id": "1"},
    ]
    anthropic = [
        {"role": "user", "content": "Look."},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "look", "input": {}}]},
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "1", "content": [{"type": "text", "text": "found"}]}],
        },
    ]
    assert read_messages(openai) == read_messages(anthropic)
    assert read_messages(openai).turn == 1


def test_user_messages_in_a_row_are_one_turn() -> None:
    read = read_messages([{"role": "user", "content": "Context."}, {"role": "user", "content": "Why?"}])
    assert (read.turn, read.prompt_text, read.chain_parent) == (1, "Context.\nWhy?", 0)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm.", "signature": "sig-1"}]}, "sig-1"),
        ({"role": "assistant", "content": [{"type": "redacted_thinking", "data": "sealed"}]}, "sealed"),
        (
            {"role": "assistant", "content": "x", "thinking_blocks": [{"type": "thinking", "signature": "sig-1"}]},
            "sig-1",
        ),
        ({"type": "reasoning", "id": "rs-1", "summary": []}, "rs-1"),
        ({"type": "reasoning", "id": "rs-1", "encrypted_content": "sealed"}, "sealed"),
        ({"role": "assistant", "content": [{"reasoningContent": {"reasoningText": {"signature": "sig-1"}}}]}, "sig-1"),
        ({"role": "model", "parts": [{"text": "x", "thoughtSignature": "sig-1"}]}, "sig-1"),
    ],
)
def test_signed_reasoning_is_named(message: dict[str, Any], expected: str) -> None:
    assert read_messages([{"role": "user", "content": "Why?"}, message]).reasoning_in == expected


def test_chain_of_one_exchange_is_the_parent_of_the_next() -> None:
    assert read_messages([{"role": "user", "content": "Why?"}]).chain_self == EXPECTED.chain_parent


@given(st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.text()), max_size=6))
def test_hashes_after_each_turn_equal_the_hash_of_the_turns(turns: list[tuple[str, str]]) -> None:
    assert chain_hashes(turns) == [chain_hash(turns[: place + 1]) for place in range(len(turns))]


def test_large_bodies_stay_cheap() -> None:
    messages = [{"role": "user", "content": "x" * 100} for _ in range(10_000)]
    began = time.process_time()
    read_messages(messages)
    assert time.process_time() - began < 1
