"""The query of a page and its token, read or refused, whatever is in them."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.faces.taxii.answer import TaxiiError
from stillwatch.faces.taxii.page_request import PageRequest, added_headers, read_page_request
from stillwatch.service.sharing.object_store import Filters


def read(query: str) -> PageRequest:
    return read_page_request(query.encode(), usual=100, most=1000)


def status_of(query: bytes) -> int:
    try:
        read_page_request(query, usual=100, most=1000)
    except TaxiiError as error:
        return error.status
    return 200


def test_all_that_can_be_asked() -> None:
    asked = read(
        "added_after=1970-01-01T00:00:01Z&limit=5&match[id]=a--1,b--2&match[type]=a&match[spec_version]=2.0,2.1"
        "&match[version]=first,1970-01-01T00:00:02Z"
    )
    assert asked.limit == 5
    assert asked.filters == Filters(
        ids=("a--1", "b--2"),
        types=("a",),
        spec_versions=("2.0", "2.1"),
        versions=("first", 2_000_000),
        added_after_us=1_000_000,
    )


def test_brackets_may_be_escaped() -> None:
    assert read("match%5Btype%5D=indicator") == read("match[type]=indicator")


def test_nothing_asked_is_the_usual() -> None:
    assert read("") == PageRequest(filters=Filters(), limit=100)


def test_a_token_brings_the_whole_question_back() -> None:
    asked = read("limit=7&match[type]=indicator&added_after=1970-01-01T00:00:01Z")
    token = asked.next_after(41)
    assert read(f"next={token}") == asked.after(41)
    assert read(f"next={token}&limit=9").limit == 9
    assert read(f"limit=7&match[type]=indicator&added_after=1970-01-01T00:00:01Z&next={token}") == asked.after(41)
    with pytest.raises(TaxiiError, match="are not those that `next` was given for"):
        read(f"match[type]=campaign&next={token}")


@given(st.text(max_size=60))
def test_a_token_of_anybody_is_read_or_refused(token: str) -> None:
    assert status_of(urlencode({"next": token}).encode()) in (200, 400)


@given(st.binary(max_size=80))
def test_a_query_of_anybody_is_read_or_refused(query: bytes) -> None:
    assert status_of(query) in (200, 400)


def test_when_objects_were_added_is_told_to_the_microsecond() -> None:
    assert added_headers(1, 2_000_000) == (
        (b"x-taxii-date-added-first", b"1970-01-01T00:00:00.000001Z"),
        (b"x-taxii-date-added-last", b"1970-01-01T00:00:02.000000Z"),
    )
