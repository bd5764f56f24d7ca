from __future__ import annotations

import pytest

from stillwatch.wire.account_of import account_of


@pytest.mark.parametrize(
    ("user", "key", "expected"),
    [("user-1", "k", "user-1"), ("default_user_id", "k", "k"), (None, "k", "k"), ("default", None, None)],
)
def test_account_is_the_user_unless_a_placeholder(user: str | None, key: str | None, expected: str | None) -> None:
    assert account_of(user, key) == expected
