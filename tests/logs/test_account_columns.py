"""Values of account records in their one form."""

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.logs.account_columns import ACCOUNT_COLUMNS, loose_flag, mail_key, name_key, phone_key, plain_name


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("A.B+promo@Gmail.com", "ab@gmail.com"),
        ("ab@googlemail.com", "ab@gmail.com"),
        ("a.b+x@example.org", "a.b@example.org"),
        ("9f86d081", "9f86d081"),
        ("", None),
        (None, None),
    ],
)
def test_mail_key(value: Any, expected: str | None) -> None:
    assert mail_key(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("+49 (30) 123-45", "493012345"), ("00493012345", "493012345"), ("ab12", "ab12"), (7, "7")]
)
def test_phone_key(value: Any, expected: str) -> None:
    assert phone_key(value) == expected


def test_name_key() -> None:
    assert name_key("  Ada   LOVELACE ") == "ada lovelace"


@pytest.mark.parametrize(
    ("value", "expected"), [("Yes", True), (0, False), ("true", True), ("perhaps", None), (3, None)]
)
def test_loose_flag(value: Any, expected: bool | None) -> None:
    assert loose_flag(value) is expected


def test_every_spelling_is_plain_and_means_one_column() -> None:
    spellings = [name for column in ACCOUNT_COLUMNS for name in column.spellings.split()]
    assert spellings == [plain_name(name) for name in spellings]
    assert len(spellings) == len(set(spellings))
