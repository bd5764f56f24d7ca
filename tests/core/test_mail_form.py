"""Disguises of a mail address."""

from __future__ import annotations

import pytest

from stillwatch.core.mail_form import mail_form


@pytest.mark.parametrize(
    ("address", "form"),
    [
        (" A@Example.org ", "a@example.org"),
        ("a.b+tag+more@gmail.com", "ab@gmail.com"),
        ("a.b@googlemail.com", "ab@gmail.com"),
        ("a.b@example.org", "a.b@example.org"),
        ("ABCDEF", "abcdef"),
        ("", ""),
    ],
)
def test_disguises_are_one(address: str, form: str) -> None:
    assert mail_form(address) == form
