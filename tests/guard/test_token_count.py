"""Tokens are counted from whatever the reply says of them."""

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.guard.token_count import TokenCount

SEEN: dict[str, tuple[list[dict[str, Any]], int]] = {
    "nothing": ([{}, {"usage": None}], 0),
    "openai": ([{"usage": {"prompt_tokens": 7, "completion_tokens": 2}}], 9),
    "running totals": ([{"usage": {"prompt_tokens": 7, "completion_tokens": n}} for n in range(5)], 11),
    "anthropic": (
        [
            {"type": "message_start", "message": {"usage": {"input_tokens": 7, "output_tokens": 1}}},
            {"type": "message_delta", "usage": {"output_tokens": 30}},
        ],
        37,
    ),
    "responses": ([{"response": {"usage": {"input_tokens": 7, "output_tokens": 3}}}], 10),
    "ollama": ([{"done": True, "prompt_eval_count": 5, "eval_count": 6}], 11),
    "malformed": ([{"usage": "many"}, {"usage": {"prompt_tokens": -4, "completion_tokens": "x"}}, {"message": 3}], 0),
}


@pytest.mark.parametrize("name", SEEN)
def test_counts(name: str) -> None:
    events, total = SEEN[name]
    count = TokenCount()
    for event in events:
        count.see(event)
    assert count.total == total
