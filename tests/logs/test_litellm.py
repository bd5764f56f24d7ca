from __future__ import annotations

from typing import Any

import pytest

from stillwatch.logs.litellm import conversation_of, operation_of, outcome_of, reply_of
from stillwatch.wire.messages import UNKNOWN


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        ("success", None, (200, None)),
        ("failure", {"error_code": "429", "error_class": "RateLimitError"}, (429, "RateLimitError")),
        ("failure", {"error_code": "", "error_class": "AuthenticationError"}, (401, "AuthenticationError")),
        ("failure", '{"error_code": "500"}', (500, "500")),
        ("failure", None, (None, "failure")),
        (None, None, (None, None)),
    ],
)
def test_outcome(status: Any, error: Any, expected: tuple[int | None, str | None]) -> None:
    assert outcome_of(status, error) == expected


def test_redacted_content_is_missing() -> None:
    assert conversation_of([{"role": "user", "content": "redacted-by-litellm"}]) == UNKNOWN
    assert reply_of({"choices": [{"message": {"content": "redacted-by-litellm"}}]}).reply_text is None


def test_messages_may_be_json_text_or_a_body() -> None:
    listed = conversation_of([{"role": "user", "content": "Why?"}])
    assert conversation_of('[{"role":"user","content":"Why?"}]') == listed
    assert conversation_of({"messages": [{"role": "user", "content": "Why?"}]}) == listed


def test_operation_has_its_otel_name() -> None:
    assert [operation_of(name) for name in ("acompletion", "aembedding", "arerank", None)] == [
        "chat",
        "embeddings",
        "arerank",
        None,
    ]
