"""Standings, rules and guards of few words, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.policy import Mode, OnFailure, Policy, Response, Rule
from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.guard.budgets import Budgets
from stillwatch.guard.build_standings import build
from stillwatch.guard.decide import Guarded
from stillwatch.guard.standings import Standings

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


def rule(respond: Response = Response.BLOCK, **other: Any) -> Rule:
    """A rule on operators, known by their account or key."""
    usual: dict[str, Any] = {
        "name": respond.value,
        "mode": Mode.ENFORCE,
        "roles": frozenset((Role.OPERATOR,)),
        "names": frozenset((KeyName.ACCOUNT, KeyName.API_KEY)),
    }
    return Rule(respond=respond, **usual | other)


def guarded(*rules: Rule, rows: tuple[KeyStanding, ...] = (), **other: Any) -> Guarded:
    usual: dict[str, Any] = {"version": "v-1", "mode": Mode.ENFORCE, "on_failure": OnFailure.ALLOW}
    return Guarded(Policy(rules=rules, **usual | other), Standings(build(rows, seed=1)), Budgets(64))


def asked(account_id: str = "a-1", **other: Any) -> RequestFacts:
    """A request of an account, at `NOW`."""
    return RequestFacts(**{"request_id": "r-1", "at": AT, "account_id": account_id} | other)
