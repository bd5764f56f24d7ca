from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from key_log import AT, KeyLog, told
from stillwatch.core.errors import InputError
from stillwatch.evidence.key_history import KeySpan, read_history, refusal_of, write_history
from stillwatch.evidence.key_statement import KeyEvent, KeyRole

_HOUR = timedelta(hours=1)
_SPAN = KeySpan(role=KeyRole.CUSTODY, name="lab", algorithm="ed25519", public=bytes(32), begin_at=AT, begin_leaf=3)
_ENDED = replace(_SPAN, end_at=AT + 4 * _HOUR, end_leaf=8)
_LOST = replace(_SPAN, revoked_at=AT + 2 * _HOUR, revoked_leaf=9, because="stolen")


def _log() -> KeyLog:
    log = KeyLog()
    log.note(told(KeyEvent.BEGIN))
    log.rotate(1)
    return log


def test_a_history_is_read_back() -> None:
    entries = _log().history()
    assert read_history(write_history(entries)) == entries
    assert [one.handover is None for one in entries] == [True, False, True]


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0), bit=st.integers(0, 7))
def test_a_flipped_bit_is_refused_or_read_as_it_stands(at: int, bit: int) -> None:
    data = bytearray(write_history(_log().history()))
    data[at % len(data)] ^= 1 << bit
    try:
        read = read_history(bytes(data))
    except InputError:
        return
    assert write_history(read) == bytes(data)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"entries":[1],"schema":"stillwatch.key-history/1"}', b"\xff"])
def test_what_is_no_history_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_history(data)


def test_a_file_that_says_a_thing_twice_is_refused() -> None:
    data = write_history(())
    assert read_history(data) == ()
    with pytest.raises(InputError, match="canonical"):
        read_history(data.replace(b'{"entries":[],', b'{"entries":[],"entries":[],'))


@pytest.mark.parametrize(
    ("span", "hours", "leaf", "counts"),
    [
        (_SPAN, -1, None, False),
        (_SPAN, 0, None, True),
        (_ENDED, 3, None, True),
        (_ENDED, 4, None, False),
        (_LOST, 1, None, False),
        (_LOST, 1, 8, True),
        (_LOST, 1, 9, False),
        (_LOST, 2, 8, False),
    ],
    ids=[
        *("before it began", "at its first moment", "before its end", "at its end"),
        *("lost, not noted", "lost, noted before", "lost, noted after", "lost, dated after"),
    ],
)
def test_when_a_key_counts(span: KeySpan, hours: int, leaf: int | None, counts: bool) -> None:
    assert (refusal_of(span, at=AT + hours * _HOUR, leaf=leaf) == "") is counts
