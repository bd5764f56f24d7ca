"""Bodies are read as far as they can be, and never raise."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.request_facts import BodySeen
from stillwatch.wire.json_bodies import ReadBody, read_json_body

WHOLE = b'{"a": 1, "b": [{"c": "x]}"}, [2, 3], true], "d": {"e": null}}'


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'{"a": NaN}', None),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('{"a": "é"}'.encode("utf-16"), {"a": "é"}),
        (b'{"a": "\\ud800"}', {"a": "\ud800"}),
    ],
    ids=["twice", "nan", "mark of order", "utf-16", "half a pair"],
)
def test_what_servers_accept_is_read(body: bytes, fields: dict[str, Any] | None) -> None:
    read = read_json_body(body, is_whole=True)
    assert read.seen is BodySeen.WHOLE
    assert read.fields == (json.loads(body) if fields else read.fields)


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}", b"\xff"])
def test_what_is_no_object_has_no_fields(body: bytes) -> None:
    seen = BodySeen.MALFORMED if body else BodySeen.NONE
    assert read_json_body(body, is_whole=True) == ReadBody(seen, {})


def _holds(whole: Any, part: Any) -> bool:
    """Whether a part is a beginning of the whole."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(_holds(whole[key], value) for key, value in part.items())
    if isinstance(whole, list) and isinstance(part, list):
        return len(part) <= len(whole) and all(_holds(one, other) for one, other in zip(whole, part, strict=False))
    return bool(whole == part)


@given(
    st.dictionaries(
        st.text(max_size=4),
        st.recursive(
            st.none() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=6),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
            max_leaves=8,
        ),
        max_size=5,
    ),
    st.integers(1, 200),
)
def test_a_beginning_gives_the_values_that_are_complete(whole: dict[str, Any], cut: int) -> None:
    body = json.dumps(whole).encode()
    read = read_json_body(body[:cut], is_whole=False)
    assert read.seen is BodySeen.PARTIAL
    assert _holds(whole, read.fields)


def test_every_beginning_of_one_body() -> None:
    for cut in range(1, len(WHOLE)):
        assert _holds(json.loads(WHOLE), read_json_body(WHOLE[:cut], is_whole=False).fields)
    assert read_json_body(WHOLE[:-2], is_whole=False).fields == json.loads(WHOLE) | {"d": {}}


def test_a_crafted_beginning_costs_no_more_than_its_first_part() -> None:
    for crafted in (b'{"a":' * 400_000, b'{"' + b"\\" * 2_000_000, b"[" * 2_000_000, b'"' * 2_000_001):
        start = time.process_time()
        read_json_body(crafted, is_whole=False)
        assert time.process_time() - start < 1.0


@pytest.mark.parametrize("cut", range(40, 62))
def test_of_a_body_cut_inside_of_a_text_all_that_stood_before_it_is_read(cut: int) -> None:
    body = b'{"model": "m", "messages": [{"content": "a, {b}, \\"c\\", [d] \\\\", "role": "user"}]}'
    assert read_json_body(body[:cut], is_whole=False).fields == {"model": "m", "messages": [{}]}
