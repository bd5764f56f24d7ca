from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.server_limits import ServerLimits
from stillwatch.faces.gateway.connection import Connection, Shared
from stillwatch.faces.gateway.http_message import Answer, Asked

ASK = b"POST /authz/v1/chat?a=b HTTP/1.1\r\nHost: sw\r\nX-Id: 7\r\nContent-Length: 4\r\n\r\nbody"
SMALL = ServerLimits(header_bytes=200, body_bytes=8, all_bodies_bytes=12, connections=2, request_s=10, idle_s=75)


class Wire(asyncio.Transport):
    """Keeps what was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_closed = self.is_aborted = self.is_paused = False
        self.waiting = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.is_closed
        self.written += data

    def write_eof(self) -> None:
        self.is_closed = True

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_aborted = True

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def get_extra_info(self, name: str, default: object = None) -> object:
        return ("192.0.2.1", 4711) if name == "peername" else default


class Told:
    """A connection, what was asked through it, and what it answered."""

    def __init__(self, shared: Shared | None = None) -> None:
        self.asked: list[Asked] = []
        self.shared = shared or Shared(self.answer, SMALL)
        self.connection = Connection(self.shared)
        self.wire = Wire()
        self.connection.connection_made(self.wire)

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return Answer(200, (), asked.body)

    def feed(self, *pieces: bytes) -> bytes:
        for piece in pieces:
            self.connection.data_received(piece)
        return self.wire.written

    def statuses(self) -> list[int]:
        return [int(line.split()[1]) for line in self.wire.written.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def test_a_request_is_told_whole() -> None:
    told = Told()
    assert told.feed(ASK) == b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody"
    assert told.asked == [
        Asked(
            method="POST",
            path="/authz/v1/chat",
            query="a=b",
            headers={"host": "sw", "x-id": "7", "content-length": "4"},  # type: ignore[arg-type]
            body=b"body",
            is_whole=True,
            peer="192.0.2.1",
        )
    ]


@given(st.lists(st.integers(0, 2 * len(ASK)), max_size=12))
def test_however_it_is_cut_the_answers_are_the_same_and_in_order(cuts: list[int]) -> None:
    told, two = Told(), ASK + ASK.replace(b"body", b"next")
    ends = sorted(cuts)
    pieces = [two[start:end] for start, end in zip([0, *ends], [*ends, len(two)], strict=True)]
    told.feed(*(piece for piece in pieces if piece))
    assert [asked.body for asked in told.asked] == [b"body", b"next"]
    assert told.wire.written.count(b"200 OK") == 2
    assert told.shared.held_bytes == 0


@given(st.binary(max_size=300))
def test_whatever_comes_is_answered_or_waited_for_and_never_raises(data: bytes) -> None:
    told = Told()
    told.feed(data, ASK)
    assert set(told.statuses()) <= {200, 400, 431}


def test_a_request_that_breaks_http_is_refused_and_the_connection_ends() -> None:
    told = Told()
    told.feed(b"GET / HTTP/9.9\r\n\r\n")
    told.feed(ASK)
    assert (told.statuses(), told.wire.is_closed, told.shared.counts.refused) == ([400], True, {"malformed": 1})


def test_two_lengths_are_no_way_to_smuggle_a_second_request() -> None:
    told = Told()
    told.feed(
        b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"
    )
    assert (told.statuses(), told.asked) == ([400], [])


def test_what_trails_a_body_changes_no_header() -> None:
    told = Told()
    told.feed(b"POST / HTTP/1.1\r\nX-Id: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Id: 2\r\n\r\n")
    assert [(asked.headers["x-id"], asked.body) for asked in told.asked] == [("1", b"hi")]


@pytest.mark.parametrize(
    "pieces",
    [
        (b"GET / HTTP/1.1\r\nX-A: " + b"a" * 300 + b"\r\n\r\n",),
        (b"GET / HTTP/1.1\r\n", *(b"X-A: aaaaaaaaaaaaaaaa\r\n" for _ in range(12))),
        (b"GET /" + b"a" * 300,),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"2;" + b"a" * 300),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"0\r\nX-A: " + b"a" * 300),
    ],
    ids=["one", "many", "path", "chunk extension", "trailer"],
)
def test_headers_beyond_the_limit_are_refused(pieces: tuple[bytes, ...]) -> None:
    told = Told()
    told.feed(*pieces)
    assert (told.statuses(), told.wire.is_closed, told.asked) == ([431], True, [])


def test_a_body_beyond_the_limit_is_cut_and_said_to_be() -> None:
    told = Told()
    told.feed(b"POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n" + b"a" * 600, b"b" * 400)
    assert [(asked.body, asked.is_whole) for asked in told.asked] == [(b"a" * 8, False)]
    assert told.shared.counts.refused == {"cut": 1}


def test_all_connections_together_keep_no_more_than_their_limit() -> None:
    first = Told()
    second = Told(first.shared)
    first.feed(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n" + b"a" * 8)
    second.feed(b"POST / HTTP/1.1\r\nContent-Length: 8\r\n\r\n" + b"a" * 8)
    assert [(asked.body, asked.is_whole) for asked in first.asked] == [(b"aaaa", False)]
    first.connection.connection_lost(None)
    assert first.shared.held_bytes == 0


def test_one_connection_too_many_is_told_so() -> None:
    first = Told()
    Told(first.shared)
    third = Told(first.shared)
    assert (third.statuses(), third.wire.is_closed, first.wire.is_closed) == ([503], True, False)


def test_a_client_that_asks_to_go_on_is_told_to() -> None:
    told = Told()
    found = told.feed(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", b"hi")
    assert found.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


@pytest.mark.parametrize(
    ("head", "stays"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", False),
        (b"GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", False),
    ],
)
def test_a_connection_stays_open_where_both_sides_know_it_does(head: bytes, stays: bool) -> None:
    told = Told()
    assert (b"connection: close" in told.feed(head)) is not stays
    assert (told.statuses(), told.wire.is_closed) == ([200], not stays)


def test_an_answer_that_fails_is_counted_and_the_next_is_given() -> None:
    faults: list[Exception] = []

    def answer(asked: Asked) -> Answer:
        return Answer(200, (), bytes(int(asked.path[1:])))

    told = Told(Shared(answer, SMALL, on_fault=faults.append))
    told.feed(b"GET /x HTTP/1.1\r\n\r\n", b"GET /1 HTTP/1.1\r\n\r\n")
    assert told.statuses() == [500, 200]
    assert [type(fault) for fault in faults] == [ValueError]


def test_a_request_that_is_slow_to_come_is_ended() -> None:
    told = Told()
    told.shared.now = 5.0
    told.feed(ASK[:20])
    told.connection.end_if_late(4.9, 0.0)
    assert told.statuses() == []
    told.connection.end_if_late(5.1, 0.0)
    assert (told.statuses(), told.wire.is_closed, told.wire.is_aborted) == ([408], True, False)
    told.feed(ASK)
    told.connection.end_if_late(5.1, 0.0)
    assert (told.statuses(), told.wire.is_aborted) == ([408], True)


def test_a_connection_that_asks_nothing_is_closed_later() -> None:
    told = Told()
    told.shared.now = 5.0
    told.feed(ASK)
    told.connection.end_if_late(began_before=100.0, quiet_before=4.0)
    assert not told.wire.is_closed
    told.connection.end_if_late(began_before=100.0, quiet_before=6.0)
    assert (told.statuses(), told.wire.is_closed) == ([200], True)


def test_who_does_not_take_answers_is_not_read_from_and_cut_off() -> None:
    told = Told()
    told.connection.pause_writing()
    assert told.wire.is_paused
    told.wire.waiting = 70_000
    told.connection.end_if_late(began_before=10.0, quiet_before=0.0)
    assert told.wire.is_aborted
    told.connection.resume_writing()
    assert not told.wire.is_paused
