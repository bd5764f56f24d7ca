"""Fields that are taken out: what is shown later is what was there, and nothing else passes for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import InputError
from stillwatch.evidence.redaction import (
    MARK,
    Redacted,
    Redaction,
    commitment_of,
    field_of,
    marks_in,
    read_openings,
    read_redactions,
    redact,
    taken_out,
    write_openings,
    write_redactions,
)

_LEAF = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4)
_VALUES = st.recursive(_LEAF, lambda held: st.lists(held, max_size=3) | st.dictionaries(st.text(max_size=3), held))
_ONE = Redaction(file="a.json", field="/who/0", value="acct-7", salt=bytes(32))


@given(st.dictionaries(st.text(min_size=1, max_size=4), _VALUES, min_size=1, max_size=4), st.data())
def test_a_field_is_taken_out_of_any_document_and_its_place_says_which(document: dict, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(document)))
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    taken = taken_out("a.json", pointer, document)
    made = redact(document, [taken])
    assert taken.value == document[key]
    assert made == document | {key: {MARK: commitment_of(taken)}}
    assert marks_in(made)[pointer] == commitment_of(taken)


def test_salts_are_fresh_so_that_equal_values_cannot_be_told_to_be_equal() -> None:
    document = {"a": "yes", "b": "yes"}
    commitments = {commitment_of(taken_out("a.json", field, document)) for field in ("/a", "/a", "/b")}
    assert len(commitments) == 3


@pytest.mark.parametrize(
    "other",
    [{"file": "b.json"}, {"field": "/who/1"}, {"value": "acct-8"}, {"value": ["acct-7"]}, {"salt": bytes(31) + b"1"}],
)
def test_a_commitment_is_to_a_place_and_a_value(other: dict) -> None:
    assert commitment_of(replace(_ONE, **other)) != commitment_of(_ONE)


@pytest.mark.parametrize("wrong", [{"salt": b"short"}, {"value": 1 << 60}, {"value": float("nan")}])
def test_what_cannot_be_committed_to_is_refused(wrong: dict) -> None:
    with pytest.raises(InputError):
        commitment_of(replace(_ONE, **wrong))


@pytest.mark.parametrize("field", ["", "who", "/nobody", "/who/9", "/who/-1", "/who/00", "/who/0/x"])
def test_there_is_no_such_field(field: str) -> None:
    with pytest.raises(InputError):
        field_of({"who": ["acct-7"]}, field)
    with pytest.raises(InputError):
        redact({"who": ["acct-7"]}, [replace(_ONE, field=field)])


def test_a_document_that_holds_another_value_is_not_redacted() -> None:
    with pytest.raises(InputError, match="another value"):
        redact({"who": ["acct-8"]}, [_ONE])


def test_both_lists_are_read_as_they_were_written() -> None:
    more = replace(_ONE, field="/who/1", value={"deep": [1, "x"]}, salt=bytes([5] * 32))
    assert read_openings(write_openings([more, _ONE])) == (_ONE, more)
    assert read_redactions(write_redactions([more, _ONE])) == tuple(
        Redacted(file=one.file, field=one.field, commitment=commitment_of(one)) for one in (_ONE, more)
    )
    assert b"acct-7" not in write_redactions([_ONE])


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"schema":"stillwatch.openings/1","openings":[{}]}', b'{"schema":"x"}']
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    for read in (read_openings, read_redactions):
        with pytest.raises(InputError):
            read(data)
