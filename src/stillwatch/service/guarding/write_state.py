"""Write what a guard has gathered into its state, in one transaction.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.guard.budgets import Level
>>> from stillwatch.service.guarding.state_file import open_state
>>> with TemporaryDirectory() as folder:
...     connection = open_state(Path(folder) / "guard.db")
...     write_waiting(connection, Waiting([], {5: Level(5, 160.0)}, []), 100.0)
...     found = connection.execute("SELECT budget, whole_at, saved_at FROM budget").fetchall()
...     connection.close()
>>> found
[(5, 160.0, 100.0)]
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.decision import Action
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.wire.values import clean

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.guard.budgets import Level

_ERASED_AT_ONCE: Final = 10_000
"""Rows; the guard's own writing waits for no more than these."""


class Noted(NamedTuple):
    """A denial, or an answer in which a covert rule had a part."""

    facts: RequestFacts
    decision: Decision
    covert: frozenset[str]
    """The covert rules that were carried out at that time."""


class Waiting(NamedTuple):
    decisions: list[Noted]
    levels: dict[int, Level]
    entries: list[Entry]

    def is_empty(self) -> bool:
        return not (self.decisions or self.levels or self.entries)


class Denied(NamedTuple):
    """Who a request came from, by the first key that says so."""

    key: str
    value: str


def write_waiting(connection: sqlite3.Connection, waiting: Waiting, now: float) -> None:
    """Write all of it or nothing.

    Raises:
        sqlite3.Error: The disk is full, the file is locked or gone.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany(
            # Of guards that share the file the emptier budget counts, but not one from before the clock was set back.
            "INSERT INTO budget (budget, whole_at, saved_at) VALUES (?, ?, ?) ON CONFLICT (budget) DO UPDATE SET "
            "whole_at = iif(excluded.saved_at < saved_at - 1, excluded.whole_at, max(whole_at, excluded.whole_at)), "
            "saved_at = excluded.saved_at",
            [(_signed(level.budget), level.whole_at, now) for level in waiting.levels.values()],
        )
        _write_denials(connection, waiting.decisions)
        add_entries(connection, [*waiting.entries, *_covert_acts(waiting.decisions, now)])
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def erase_old(connection: sqlite3.Connection, now: float, denied_before: float) -> None:
    """Erase budgets that are whole again, and a part of the denials from before a time that nobody appealed."""
    connection.execute("DELETE FROM budget WHERE whole_at <= ?", (now,))
    connection.execute(
        "DELETE FROM denial WHERE id IN (SELECT id FROM denial WHERE denied_at < ? "
        "AND id NOT IN (SELECT denial FROM appeal) ORDER BY denied_at LIMIT ?)",
        (denied_before, _ERASED_AT_ONCE),
    )


def _write_denials(connection: sqlite3.Connection, decisions: Iterable[Noted]) -> None:
    grounds: dict[tuple[str | float, ...], int] = {}
    rows = []
    for facts, decision, _ in decisions:
        if not decision.id:
            continue
        ground = _ground_of(decision)
        if ground not in grounds:
            grounds[ground] = _number_of(connection, ground)
        who = denied(facts)
        rows.append((decision.id, facts.at, grounds[ground], who.key, who.value, clean(facts.request_id)))
    connection.executemany(
        "INSERT INTO denial (id, denied_at, ground, key, value, request_id) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO NOTHING",
        rows,
    )


def _ground_of(decision: Decision) -> tuple[str | float, ...]:
    return (
        *(str(decision.action), decision.rule, decision.reason, decision.because),
        *(decision.subject, decision.confidence, decision.policy_version),
    )


def _number_of(connection: sqlite3.Connection, ground: tuple[str | float, ...]) -> int:
    connection.execute(
        "INSERT INTO ground (action, rule, reason, because, subject, confidence, policy_version) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        ground,
    )
    number: int = connection.execute(
        "SELECT ground FROM ground WHERE action = ? AND rule = ? AND reason = ? AND because = ? AND subject = ? "
        "AND confidence = ? AND policy_version = ?",
        ground,
    ).fetchone()[0]
    return number


def denied(facts: RequestFacts) -> Denied:
    for key, value in (
        ("account", facts.account_id),
        ("api_key", facts.api_key_id),
        ("user", facts.user_id),
        ("organisation", facts.org_id),
        ("team", facts.team_id),
        ("end_user", facts.end_user_id),
        ("address", facts.client_address),
    ):
        if value:
            return Denied(key, clean(value))
    return Denied("", "")


def _covert_acts(decisions: Iterable[Noted], now: float) -> Iterable[Entry]:
    """One entry for each covert rule, customer and policy in this transaction, with how many requests it changed."""
    acts = Counter(
        (rule, decision.policy_version, decision.subject, denied(facts))
        for facts, decision, covert in decisions
        for rule in decision.observed
        if rule in covert and (decision.action is Action.ALLOW or decision.rule == rule)
    )
    for (rule, version, subject, who), count in acts.items():
        detail = {"policy_version": version, "key": who.key, "value": who.value, "subject": subject, "requests": count}
        yield Entry(now, "covert_rule_acted", "guard", rule, detail)


def _signed(budget: int) -> int:
    """SQLite's integers are signed."""
    return budget - 2**64 if budget >= 2**63 else budget
