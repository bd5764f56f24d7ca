from __future__ import annotations

from typing import Any

from stillwatch.logs.otlp.decode import any_value, attributes


def test_values_of_every_kind() -> None:
    pairs = [
        {"key": "text", "value": {"stringValue": "a"}},
        {"key": "whole", "value": {"intValue": "12"}},
        {"key": "share", "value": {"doubleValue": 0.5}},
        {"key": "flag", "value": {"boolValue": True}},
        {"key": "list", "value": {"arrayValue": {"values": [{"stringValue": "a"}, {"intValue": "1"}]}}},
        {"key": "map", "value": {"kvlistValue": {"values": [{"key": "a", "value": {"intValue": 1}}]}}},
        {"key": 1, "value": {}},
        None,
    ]
    assert attributes(pairs) == {
        "text": "a",
        "whole": 12,
        "share": 0.5,
        "flag": True,
        "list": ["a", 1],
        "map": {"a": 1},
    }


def test_nesting_is_bounded() -> None:
    value: Any = {"stringValue": "deep"}
    for _ in range(5000):
        value = {"arrayValue": {"values": [value]}}
    assert "deep" not in str(any_value(value))
