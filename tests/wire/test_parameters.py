from __future__ import annotations

from typing import Any

import pytest

from stillwatch.wire.parameters import parameters_json, tool_names


def test_parameters_are_sorted_and_hold_no_content_or_identity() -> None:
    body = {"top_p": 1, "model": "m", "messages": [], "user": "u", "api_key": "k", "stream": True, "n": 4, "seed": None}
    assert parameters_json(body) == '{"n":4,"top_p":1}'


@pytest.mark.parametrize(
    ("tools", "expected"),
    [
        ([{"type": "function", "function": {"name": "b"}}, {"type": "function", "function": {"name": "a"}}], "b,a"),
        ([{"type": "function", "name": "a"}, {"type": "web_search"}], "a,web_search"),
        ([{"functionDeclarations": [{"name": "a"}, {"name": "b"}]}], "a,b"),
        ({"tools": [{"toolSpec": {"name": "a"}}]}, "a"),
        ([{"name": 1}, None], None),
        (None, None),
    ],
)
def test_tool_names_in_the_order_sent(tools: Any, expected: str | None) -> None:
    assert tool_names(tools) == expected
