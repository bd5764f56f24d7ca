"""What is read of an object that is passed on."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from carried import carried, document, observable
from stillwatch.core.errors import InputError
from stillwatch.service.sharing.carried_object import carried_object, microseconds_of, time_of


def test_the_version_is_modified_else_created_else_none() -> None:
    created = "2026-11-01T00:00:00.000Z"
    assert carried("a", modified="2026-11-05T00:00:00Z").version == "2026-11-05T00:00:00Z"
    marking = {"type": "marking-definition", "id": "marking-definition--" + carried("a").object_id[11:]}
    assert carried_object({**marking, "created": created}).version == created
    assert (observable("a").version, observable("a").version_us) == ("", 0)


def test_the_same_content_has_the_same_digest_in_whatever_order() -> None:
    one = document("a")
    turned = dict(reversed(one.items()))
    assert carried_object(one).digest == carried_object(turned).digest
    assert carried_object(one).data == orjson.dumps(one)
    assert carried_object(turned).data == orjson.dumps(turned)


def test_a_field_that_stands_twice_has_one_meaning_afterwards() -> None:
    text = b'{"id":"note--00000000-0000-0000-0000-000000000001","type":"note","x":1,"x":2}'
    assert carried_object(orjson.loads(text)).data.count(b'"x"') == 1


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        "text",
        {},
        {"type": "note"},
        {"type": "note", "id": 5},
        {"type": "note", "id": "note"},
        {"type": "note", "id": "note--1"},
        {"type": "report", "id": "note--00000000-0000-0000-0000-000000000001"},
        document("a", modified="yesterday"),
        document("a", modified="2026-13-01T00:00:00Z"),
        document("a", modified="2026-11-01T00:00:00+02:00"),
        document("a", modified=5),
        document("a", created_by_ref=5),
        document("a", spec_version=2.1),
    ],
)
def test_what_is_no_object_is_refused(wrong: Any) -> None:
    with pytest.raises(InputError):
        carried_object(wrong)


def test_an_object_nested_without_end_is_refused() -> None:
    deep: Any = []
    for _ in range(500):
        deep = [deep]
    with pytest.raises(InputError, match="write it flatter"):
        carried_object(document("a", x=deep))


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("1970-01-01T00:00:01Z", 1_000_000),
        ("1970-01-01T00:00:00.5Z", 500_000),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1970-01-01T00:00:00.000001999Z", 1),
    ],
)
def test_times_are_read_to_the_microsecond(text: str, microseconds: int) -> None:
    assert microseconds_of(text) == microseconds


def test_times_are_written_to_the_microsecond() -> None:
    assert time_of(1_500_000) == "1970-01-01T00:00:01.500000Z"
    assert microseconds_of(time_of(1_793_577_600_123_456)) == 1_793_577_600_123_456
