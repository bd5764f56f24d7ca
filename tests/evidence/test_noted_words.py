from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stillwatch.evidence.leaf_entry import digest_of
from stillwatch.evidence.noted_words import salted

_AT = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


def test_a_statement_says_what_when_and_the_rest() -> None:
    assert salted("shown", {"who": "Ada"}, at=_AT, salt=bytes(16)) == {
        "schema": "stillwatch.noted/1",
        "what": "shown",
        "at": "2026-11-22T12:30:00Z",
        "salt": "00" * 16,
        "who": "Ada",
    }


def test_the_same_words_under_another_salt_have_another_digest() -> None:
    one, other = (salted("shown", {"who": "Ada"}, at=_AT, salt=bytes([byte]) * 16) for byte in (1, 2))
    assert digest_of(one) != digest_of(other)


def test_what_would_hide_something_is_refused() -> None:
    with pytest.raises(ValueError, match="salt of 8"):
        salted("shown", {}, at=_AT, salt=bytes(8))
    with pytest.raises(ValueError, match="what"):
        salted("shown", {"what": "hidden"}, at=_AT, salt=bytes(16))
