"""Every plain conversation is what `read_messages` makes of it."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from payload_records import chats, dumps

from stillwatch.logs.chat_columns import scanned_chats
from stillwatch.logs.litellm import REDACTED, conversation_of
from stillwatch.logs.scan.arrow import as_spans
from stillwatch.logs.scan.chats import read_chats
from stillwatch.wire.messages import read_messages


def is_plain(messages: Any) -> bool:
    return bool(read_chats(as_spans(pa.array([dumps(messages).decode()]))).plain[0])


def said(role: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


PLAIN = {
    "one question": [said("user", 'Why?\n"so"')],
    "a system text, and another": [
        said("system", "Be brief."),
        said("developer", ""),
        said("system", "x"),
        said("user", "a"),
    ],
    "turns": [said("user", "a"), said("assistant", "b"), said("user", "c"), said("human", "d"), said("ai", "e")],
    "tools": [said("user", "a"), said("assistant", None, tool_calls=[{"id": 1}]), said("tool", "r", tool_call_id="1")],
    "blocks": [
        said(
            "user",
            [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {}}, {"text": "", "type": "text"}],
        )
    ],
    "nobody asked": [said("assistant", "Hi")],
    "the system alone": [said("system", "x")],
    "nothing": [],
}
ODD = {
    "an unknown role": [said("critic", "a")],
    "signed reasoning": [said("assistant", "a", thinking_blocks=[])],
    "a tool's result among blocks": [said("user", [{"type": "tool_result", "content": "x"}])],
    "a content twice removed": [said("user", {"text": "a"})],
    "a body": {"messages": [said("user", "a")]},
}


@pytest.mark.parametrize("messages", PLAIN.values(), ids=PLAIN.keys())
def test_plain_conversations(messages: list[Any]) -> None:
    assert is_plain(messages)
    columns = scanned_chats(pa.array([orjson.dumps(messages).decode()]), conversation_of, REDACTED)
    assert {name: column[0].as_py() for name, column in columns.items()} == read_messages(messages)._asdict()


@pytest.mark.parametrize("messages", ODD.values(), ids=ODD.keys())
def test_what_has_more_to_it_is_left_to_the_row_path(messages: Any) -> None:
    assert not is_plain(messages)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(chats)
def test_any_conversation_equals_the_row_path(messages: Any) -> None:
    text = dumps(messages).decode()
    columns = scanned_chats(pa.array([text]), conversation_of, REDACTED)
    assert {name: column[0].as_py() for name, column in columns.items()} == conversation_of(text)._asdict()
