"""Who an account is where gateways know both a user and a key, and write something where there is no user.

>>> account_of("user-17", "a1b2"), account_of("default_user_id", "a1b2")
('user-17', 'a1b2')
"""

from __future__ import annotations

from typing import Final

PLACEHOLDERS: Final = frozenset(
    ("", "default_user_id", "default", "none", "None", "null", "unknown", "anonymous", "-", "N/A", "litellm")
)
"""What LiteLLM and its operators write where there is no user; all accounts would share it."""


def account_of(user_id: str | None, api_key_id: str | None) -> str | None:
    """The user behind the key, or the key itself where no real user is known."""
    return user_id if user_id and user_id not in PLACEHOLDERS else api_key_id
