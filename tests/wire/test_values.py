from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.wire import values


@pytest.mark.parametrize(
    ("function", "written", "expected"),
    [
        (values.text, "", None),
        (values.text, 12, "12"),
        (values.text, True, None),
        (values.text, 1.5, None),
        (values.text, b"raw\xff", "raw\ufffd"),
        (values.text, "\ud83d\ude00", "\U0001f600"),
        (values.text, "lone \ud800", "lone \ufffd"),
        (values.integer, "12", 12),
        (values.integer, "12.0", 12),
        (values.integer, 2**63, None),
        (values.integer, 10**400, None),
        (values.integer, float("nan"), None),
        (values.count, -1, None),
        (values.count, True, None),
        (values.number, "0.5", 0.5),
        (values.number, 10**400, None),
        (values.number, float("inf"), None),
        (values.flag, "True", True),
        (values.flag, 1, None),
        (values.http_status, "429", 429),
        (values.http_status, 42, None),
        (values.parsed, ' {"a":1}', {"a": 1}),
        (values.parsed, "{broken", "{broken"),
        (values.mapping, [("a", 1)], {"a": 1}),
        (values.mapping, "[1]", {}),
        (values.sequence, "[1]", [1]),
        (values.canonical_json, {"b": 2**70, "a": "é"}, '{"a":"\\u00e9","b":1180591620717411303424}'),
        (values.canonical_json, {"b": 1, "a": 2}, '{"a":2,"b":1}'),
        (values.canonical_json, {}, None),
    ],
)
def test_coercion(function: Any, written: Any, expected: Any) -> None:
    assert function(written) == expected


def test_unknown_fields_leave_out_what_is_known_or_missing() -> None:
    assert values.unknown_fields({"a": 1, "b": 2, "c": None}, {"a"}) == '{"b":2}'


@given(st.text(st.characters(exclude_categories=())))
def test_text_can_always_be_encoded(written: str) -> None:
    (values.text(written) or "").encode()
