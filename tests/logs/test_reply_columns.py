"""Replies out of the spans are what `read_reply` makes of them."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from payload_records import dumps, replies

from stillwatch.logs.litellm import REDACTED, reply_of
from stillwatch.logs.reply_columns import scanned_replies


def by_column(text: str | None) -> dict[str, Any]:
    columns = scanned_replies(pa.array([text], pa.string()), reply_of, REDACTED)
    return {name: column[0].as_py() for name, column in columns.items()}


def by_row(text: str | None) -> dict[str, Any]:
    row = reply_of(text)._asdict()
    return row | row.pop("usage")._asdict()


def answer(**message: Any) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
    return {"id": "r", "model": "m", "choices": [choice], "usage": {"prompt_tokens": 3, "completion_tokens": 4}}


@pytest.mark.parametrize(
    "reply",
    [
        answer(content="Hi"),
        answer(content=REDACTED),
        answer(content=None, tool_calls=[], refusal=None),
        answer(content="Hi", thinking_blocks=[{"type": "thinking", "thinking": "", "signature": "abc"}]),
        answer(content="Hi", thinking_blocks=[{"signature": "é" * 200}]),
        answer(content="Hi", thinking_blocks=[{"signature": "a"}, {"signature": "b"}]),
        answer(content="Hi", thinking_blocks=None),
        answer(content="Hi") | {"usage": {"input_tokens": 3, "output_tokens": 4}},
        answer(content="Hi") | {"usage": {"prompt_tokens": "3", "prompt_tokens_details": {"cached_tokens": 1}}},
        {},
    ],
)
def test_replies_equal_the_row_path(reply: dict[str, Any]) -> None:
    text = orjson.dumps(reply).decode()
    assert by_column(text) == by_row(text)


def test_a_missing_reply() -> None:
    assert by_column(None) == by_row(None)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(replies)
def test_any_reply_equals_the_row_path(reply: Any) -> None:
    text = dumps(reply).decode()
    assert by_column(text) == by_row(text)
