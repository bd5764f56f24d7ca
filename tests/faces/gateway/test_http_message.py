from __future__ import annotations

from stillwatch.faces.gateway.http_message import Answer, encoded


def test_an_answer_without_anything_is_short() -> None:
    assert encoded(Answer(), date=b"date: now\r\n") == b"HTTP/1.1 200 OK\r\ndate: now\r\ncontent-length: 0\r\n\r\n"


def test_the_last_answer_of_a_connection_says_so() -> None:
    assert encoded(Answer(204), closes=True) == (
        b"HTTP/1.1 204 No Content\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    )


def test_head_is_told_the_length_of_what_it_does_not_get() -> None:
    found = encoded(Answer(403, (("x-stillwatch-decision", "d-1"),), b"{}"), is_head=True)
    assert found == b"HTTP/1.1 403 Forbidden\r\nx-stillwatch-decision: d-1\r\ncontent-length: 2\r\n\r\n"
