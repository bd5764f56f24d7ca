"""One transaction of a guard's state."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.decision import Action, Decision
from stillwatch.core.request_facts import RequestFacts
from stillwatch.guard.budgets import Level
from stillwatch.service.audit_trail import read_entries
from stillwatch.service.guarding.state_file import open_state
from stillwatch.service.guarding.write_state import Noted, Waiting, denied, erase_old, write_waiting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = open_state(tmp_path / "guard.db")
    yield opened
    opened.close()


def noted(number: int, rule: str = "r", *, at: float = 100.0, account: str = "a-1") -> Noted:
    decision = Decision(action=Action.BLOCK, rule=rule, reason="no", because="c-1", subject="c-1", id=f"d-{number}")
    return Noted(RequestFacts(f"q-{number}", at, account_id=account), decision, frozenset())


def write(connection: sqlite3.Connection, *noted: Noted, levels: tuple[Level, ...] = (), now: float = 100.0) -> None:
    write_waiting(connection, Waiting(list(noted), {one.budget: one for one in levels}, []), now)


def test_denials_share_the_ground_they_have_in_common(connection: sqlite3.Connection) -> None:
    write(connection, noted(1), noted(2), noted(3, "other"))
    write(connection, noted(4))
    assert connection.execute("SELECT id, ground FROM denial ORDER BY id").fetchall() == [
        *(("d-1", 1), ("d-2", 1), ("d-3", 2), ("d-4", 1)),
    ]
    assert connection.execute("SELECT rule FROM ground ORDER BY ground").fetchall() == [("r",), ("other",)]


def test_a_batch_written_again_changes_nothing(connection: sqlite3.Connection) -> None:
    for _ in range(2):
        write(connection, noted(1), levels=(Level(2**64 - 1, 160.0),))
    assert connection.execute("SELECT count(*) FROM denial").fetchone() == (1,)
    assert connection.execute("SELECT budget, whole_at FROM budget").fetchall() == [(-1, 160.0)]


def test_of_two_guards_that_share_a_file_the_emptier_budget_is_kept(connection: sqlite3.Connection) -> None:
    write(connection, levels=(Level(1, 160.0),))
    write(connection, levels=(Level(1, 130.0),))
    assert connection.execute("SELECT whole_at FROM budget").fetchall() == [(160.0,)]


def test_a_level_from_before_the_clock_was_set_back_gives_way(connection: sqlite3.Connection) -> None:
    write(connection, levels=(Level(1, 3760.0),), now=3700.0)
    write(connection, levels=(Level(1, 160.0),), now=100.0)
    assert connection.execute("SELECT whole_at, saved_at FROM budget").fetchall() == [(160.0, 100.0)]


def test_text_that_is_no_unicode_does_not_stop_the_batch(connection: sqlite3.Connection) -> None:
    write(connection, noted(1, account="a\ud800"))
    assert connection.execute("SELECT value FROM denial").fetchone() == ("a\ufffd",)


def test_all_of_a_batch_is_written_or_nothing(connection: sqlite3.Connection) -> None:
    poisoned = noted(2)._replace(facts=RequestFacts("q", float("nan")))
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        write(connection, noted(1), poisoned, levels=(Level(1, 160.0),))
    assert connection.execute("SELECT (SELECT count(*) FROM denial), (SELECT count(*) FROM budget)").fetchone() == (
        *(0, 0),
    )
    assert not connection.in_transaction


def test_acts_of_covert_rules_are_counted_by_customer(connection: sqlite3.Connection) -> None:
    changed = Decision(action=Action.ALLOW, rule="mark", observed=("mark", "plain"), policy_version="v1", subject="c-1")
    denied_later = Decision(action=Action.BLOCK, rule="plain", observed=("mark", "plain"), id="d-1")
    covert = frozenset(("mark",))
    write(
        connection,
        *(Noted(RequestFacts("q", 1.0, account_id=account), changed, covert) for account in ("a-1", "a-2", "a-1")),
        Noted(RequestFacts("q", 1.0, account_id="a-1"), denied_later, covert),
    )
    assert [(one.what, one.about, one.detail["value"], one.detail["requests"]) for one in read_entries(connection)] == [
        ("covert_rule_acted", "mark", "a-1", 2),
        ("covert_rule_acted", "mark", "a-2", 1),
    ]


def test_what_is_old_is_erased_but_not_what_was_appealed(connection: sqlite3.Connection) -> None:
    write(connection, noted(1, at=1.0), noted(2, at=1.0), noted(3, at=50.0), levels=(Level(1, 90.0), Level(2, 120.0)))
    connection.execute(
        "INSERT INTO appeal VALUES ('ap-1', 'd-2', '', '', '', '', '', '', 1, 'open', '', '', NULL, NULL)"
    )
    erase_old(connection, 100.0, 40.0)
    assert connection.execute("SELECT id FROM denial ORDER BY id").fetchall() == [("d-2",), ("d-3",)]
    assert connection.execute("SELECT budget FROM budget").fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("facts", "who"),
    [
        (RequestFacts("q", 0.0, account_id="a", api_key_id="k"), ("account", "a")),
        (RequestFacts("q", 0.0, api_key_id="k", client_address="192.0.2.1"), ("api_key", "k")),
        (RequestFacts("q", 0.0, client_address="192.0.2.1"), ("address", "192.0.2.1")),
        (RequestFacts("q", 0.0), ("", "")),
    ],
)
def test_who_was_denied_is_the_first_key_that_says_so(facts: RequestFacts, who: tuple[str, str]) -> None:
    assert denied(facts) == who
