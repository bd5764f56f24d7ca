"""Errors are told as the standard has them."""

from __future__ import annotations

from stillwatch.faces.taxii.answer import Answer, TaxiiError


def test_an_error_says_what_and_bears_its_headers() -> None:
    answer = TaxiiError(429, "too many", headers=((b"retry-after", b"3"),)).answer()
    assert answer == Answer(
        status=429,
        headers=((b"retry-after", b"3"),),
        body=b'{"title":"Too Many Requests","description":"too many","http_status":"429"}',
    )


def test_an_answer_without_anything_is_an_empty_resource() -> None:
    assert (Answer().status, Answer().body) == (200, b"{}")
