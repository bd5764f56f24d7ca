"""Standings of few words, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName

NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
AT: Final = NOW.timestamp()


def row(value: str = "a-1", name: KeyName = KeyName.ACCOUNT, **other: Any) -> KeyStanding:
    """A standing that holds for an hour from `NOW`."""
    usual: dict[str, Any] = {
        "subject": "c-1",
        "role": Role.OPERATOR,
        "confidence": 0.99,
        "reason": "keeps the fleet's hours",
        "since": NOW - timedelta(hours=1),
        "expires_at": NOW + timedelta(hours=1),
    }
    return KeyStanding(name=name, value=value, **usual | other)
