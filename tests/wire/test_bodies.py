from __future__ import annotations

from typing import Any

import pytest

from stillwatch.wire.bodies import end_user_of, operation_of_path, outcome_row


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/v1/chat/completions", "chat"),
        ("/v1/messages", "chat"),
        ("/v1/responses?x=1", "chat"),
        ("/v1/completions", "text_completion"),
        ("/v1/embeddings", "embeddings"),
        ("models/m:generateContent", "generate_content"),
        ("/healthz", None),
        (None, None),
    ],
)
def test_operation_behind_a_path(path: str | None, operation: str | None) -> None:
    assert operation_of_path(path) == operation


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (200, None, (200, None)),
        ("429", None, (429, "429")),
        (429, {"type": "rate_limit_error"}, (429, "rate_limit_error")),
        (400, {"error": {"code": "too_long"}}, (400, "too_long")),
        (None, None, (None, None)),
    ],
)
def test_outcome(status: Any, error: Any, expected: tuple[int | None, str | None]) -> None:
    assert outcome_row(status, error) == {"status_code": expected[0], "error_type": expected[1]}


def test_end_user_is_whoever_the_caller_says() -> None:
    bodies = [{"user": "a"}, {"safety_identifier": "b", "user": "a"}, {"metadata": {"user_id": "c"}}, {}]
    assert [end_user_of(body) for body in bodies] == ["a", "b", "c", None]
