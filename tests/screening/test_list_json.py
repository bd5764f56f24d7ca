"""Fields of JSON lists."""

from __future__ import annotations

import pytest

from stillwatch.core.errors import InputError
from stillwatch.screening.list_json import loaded, objects, text, texts


def test_fields_may_be_missing_null_single_or_listed() -> None:
    record = {"a": None, "b": " x ", "c": ["y", None, "y", 7, {}], "d": True, "e": {"f": 1}}
    assert [text(record, name) for name in "abcdez"] == ["", "x", "", "", "", ""]
    assert [texts(record, name) for name in "abcde"] == [(), ("x",), ("y", "7"), (), ()]
    assert [objects(record, name) for name in "ace"] == [(), ({},), ({"f": 1},)]


def test_what_is_no_json_is_refused() -> None:
    assert loaded(b"\xef\xbb\xbf[1]", "a.json") == [1]
    with pytest.raises(InputError, match=r"a\.json: no JSON"):
        loaded(b"[1", "a.json")
