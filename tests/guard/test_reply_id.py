"""The id that a reply bears, in every API."""

from __future__ import annotations

import pytest

from stillwatch.guard.reply_id import reply_id_of


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"id": "chatcmpl-1", "choices": []}, "chatcmpl-1"),
        ({"type": "message_start", "message": {"id": "msg-1"}}, "msg-1"),
        ({"type": "response.created", "response": {"id": "resp-1"}}, "resp-1"),
        ({"responseId": "g-1", "candidates": []}, "g-1"),
        ({"id": 7}, "7"),
        ({"message": {"role": "assistant"}, "done": True}, ""),
        ({"id": None, "response": "text of Ollama"}, ""),
    ],
    ids=str,
)
def test_a_reply_bears_its_id(body, found):
    assert reply_id_of(body) == found
