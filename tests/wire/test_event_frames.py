"""A stream is cut into the same events however its bytes arrive, and put together again it is the same stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.wire.event_frames import Frames, Framing, data_of, event, is_event, with_data

PIECES = st.sampled_from(
    (b"data: {}", b"data:1", b"event: e", b":c", b"\n", b"\r\n", b"\r", b"\n\n", b"\r\n\r\n", b"x")
)


def fed(frames: Frames, data: bytes, cuts: list[int]) -> tuple[list[bytes], bytes]:
    found: list[bytes] = []
    start = 0
    for end in sorted({min(cut, len(data)) for cut in cuts} | {len(data)}):
        found += frames.feed(data[start:end])
        start = end
    return found, frames.close()


@given(data=st.lists(PIECES, max_size=30).map(b"".join), cuts=st.lists(st.integers(0, 200), max_size=12))
def test_cuts_are_where_they_are_however_bytes_arrive(data: bytes, cuts: list[int]) -> None:
    for framing in Framing:
        whole, rest = fed(Frames(framing), data, [])
        assert fed(Frames(framing), data, cuts) == (whole, rest)
        assert b"".join(whole) + rest == data


CUT = {
    "line feeds": (b"data: 1\n\ndata: 2\n\n", [b"data: 1\n\n", b"data: 2\n\n"], b""),
    "carriage returns and line feeds": (b"data: 1\r\n\r\nda", [b"data: 1\r\n\r\n"], b"da"),
    "one line end is no event's end": (b"data: 1\r\ndata: 2", [], b"data: 1\r\ndata: 2"),
    "carriage returns": (b"data: 1\r\rdata: 2", [b"data: 1\r\r"], b"data: 2"),
    "blank lines before": (b"\n\n\ndata: 1\n\n", [b"\n\n", b"\ndata: 1\n\n"], b""),
}


@pytest.mark.parametrize("name", CUT)
def test_an_event_ends_at_an_empty_line(name: str) -> None:
    data, frames, rest = CUT[name]
    assert fed(Frames(Framing.EVENTS), data, []) == (frames, rest)


def test_the_last_carriage_return_waits_for_what_may_belong_to_it() -> None:
    frames = Frames(Framing.EVENTS)
    assert frames.feed(b"data: 1\r\n\r") == []
    assert frames.feed(b"\n") == [b"data: 1\r\n\r\n"]


def test_a_frame_without_end_is_given_up_and_the_next_is_found() -> None:
    frames = Frames(Framing.EVENTS, longest_bytes=100)
    found = [frames.feed(b"data: " + b"x" * 60) for _ in range(100)]
    assert found == [[]] * 100
    assert frames.feed(b"x\n\ndata: 2\n\n") == [b"data: 2\n\n"]
    assert frames.lost == 1


DATA = {
    "usual": (b"data: 1\n\n", b"1"),
    "without a space": (b"data:1\n\n", b"1"),
    "several lines": (b"data: 1\ndata: 2\n\n", b"1\n2"),
    "named": (b"event: e\r\ndata: 1\r\n\r\n", b"1"),
    "comment": (b": hello\n\n", b""),
    "without its end": (b"data: 1\ndata: 2\n", b"1\n2"),
    "byte order mark": (b"\xef\xbb\xbfdata: 1\n\n", b"1"),
}


@pytest.mark.parametrize("name", DATA)
def test_data_are_what_clients_read(name: str) -> None:
    frame, data = DATA[name]
    assert data_of(frame) == data


def test_other_data_take_the_place_of_the_first_line() -> None:
    assert with_data(b"id: 7\r\ndata: 1\r\ndata: 2\r\nretry: 3\r\n\r\n", b"{}") == (
        b"id: 7\r\ndata: {}\r\nretry: 3\r\n\r\n"
    )


def test_an_event_is_read_as_it_was_written() -> None:
    assert data_of(event("e", b"{}")) == data_of(event("", b"{}")) == b"{}"


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (b"event: e\r\nid: 1\nretry: 3\n: c\ndata: 1\ndata\n\n", True),
        (b"\xef\xbb\xbfdata: 1\n\n", True),
        (b'{"error": 1}\n\n', False),
        (b"data: 1\n data: 2\n\n", False),
    ],
)
def test_lines_that_no_event_has_are_noticed(frame: bytes, expected: bool) -> None:
    assert is_event(frame) == expected
