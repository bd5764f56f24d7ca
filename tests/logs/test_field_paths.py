"""Dotted paths."""

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.logs.field_paths import FieldPath


@pytest.mark.parametrize(
    ("path", "record", "expected"),
    [
        ("a", {"a": 1}, 1),
        ("a.b", {"a": {"b": 1}}, 1),
        ("a.b", {"a.b": 1, "a": {"b": 2}}, 1),
        ("a.b.c", {"a.b": {"c": 1}}, 1),
        ("a.1.b", {"a": [{}, {"b": 1}]}, 1),
        ("a.b", {"a": '{"b": 1}'}, 1),
        ("a.b", {"a": "text"}, None),
        ("a.9", {"a": [1]}, None),
        ("a.99999999999999999999", {"a": [1]}, None),
        ("a.b", {}, None),
        ("..", {"": {"": {"": 1}}}, 1),
    ],
)
def test_value_in(path: str, record: dict[str, Any], expected: Any) -> None:
    assert FieldPath(path).value_in(record) == expected
