"""Cutting records out of JSON, however it is chunked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.logs.containers import Wrapper, detect
from stillwatch.logs.elements import Element, ElementCutter

RECORDS: list[dict[str, Any]] = [{"a": 1}, {"b": ["]}", {"c": '\\"{'}]}, {}]


def cut(content: bytes, size: int, wrapper: Wrapper | None = None, most: int = 1 << 20) -> list[Element]:
    cutter = ElementCutter(wrapper, max_record_bytes=most)
    chunks = [content[start : start + size] for start in range(0, len(content), size)]
    return [element for chunk in chunks for element in cutter.feed(chunk)]


@given(st.integers(1, 60), st.sampled_from([None, 1, 4]))
@settings(deadline=None)
def test_arrays_documents_and_listings_give_the_same_records(size: int, indent: int | None) -> None:
    array = json.dumps(RECORDS, indent=indent).encode()
    documents = b"\n".join(json.dumps(record, indent=indent).encode() for record in RECORDS)
    listing = json.dumps({"object": "list", "data": RECORDS, "last": [{"no": 1}]}, indent=indent).encode()
    wrapper = Wrapper("data", 1, b"", b"")
    for found in (cut(array, size), cut(documents, size), cut(array + array, size)[3:], cut(listing, size, wrapper)):
        assert [json.loads(element.data) for element in found] == RECORDS
        assert all(b"\n" not in element.data for element in found)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_har_entries_stay_har(size: int) -> None:
    har = {"log": {"pages": [{"entries": 1}], "entries": [{"time": 1}, {"time": 2}], "version": "1.2"}}
    content = json.dumps(har).encode()
    found = cut(content, size, detect(content).wrapper)
    assert [json.loads(element.data)["log"]["entries"] for element in found] == [[{"time": 1}], [{"time": 2}]]


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_record_that_is_too_large_keeps_its_number_and_no_bytes(size: int) -> None:
    content = b'[{"a": 1}, {"b": "' + b"x" * 500 + b'"}, {"c": 3}]'
    found = cut(content, size, most=50)
    assert [(element.number, element.is_too_large) for element in found] == [(1, False), (2, True), (3, False)]
    assert len(found[1].data) <= 250


def test_values_that_are_no_records_are_counted() -> None:
    cutter = ElementCutter()
    assert len(list(cutter.feed(b'[1, "two, three", {"a": 1}, null] oops'))) == 1
    assert (cutter.strays, cutter.is_within_record) == (4, False)


@given(st.binary(max_size=300), st.integers(1, 50))
@settings(deadline=None)
def test_any_bytes_are_survived(content: bytes, size: int) -> None:
    cut(b"[" + content, size)
