"""A table holds every row of every key, those that must not be overlooked first."""

from __future__ import annotations

import pytest

from guard_rows import AT, row
from stillwatch.core.errors import InputError
from stillwatch.core.key_standing import Role
from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.guard.build_standings import build
from stillwatch.guard.standings import Standings


def test_an_exemption_comes_first_and_what_cannot_deny_last() -> None:
    rows = [
        *(row(subject=f"c-{number}", confidence=0.9, is_experimental=True) for number in range(40)),
        row(subject="sure", confidence=0.7),
        row(subject="surer", confidence=0.8),
        row(subject="spared", role=Role.EXEMPT, confidence=0.0),
    ]
    table = Standings(build(rows, seed=1))
    found = [table.known(hit.row).subject for hit in table.hits(RequestFacts("r", AT, account_id="a-1"))]
    assert found[:4] == ["spared", "surer", "sure", "c-0"]
    assert len(found) == 32


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (row(""), "without a value"),
        (row(confidence=1.5), "1.5 is no probability"),
        (row(confidence=float("nan")), "nan is no probability"),
        (row("abc", KeyName.TEMPLATE, kind=4), "'abc' is no template key"),
    ],
)
def test_what_is_no_standing_is_refused(wrong: object, what: str) -> None:
    with pytest.raises(InputError, match=what):
        build([wrong], seed=1)  # type: ignore[list-item]


def test_the_table_holds_no_account() -> None:
    assert b"account-of-a-customer" not in build([row("account-of-a-customer")], seed=1)


def test_the_same_rows_make_the_same_table() -> None:
    rows = [row(f"a-{number}") for number in range(100)]
    assert build(rows, seed=1, salt=2, published_at=3.0) == build(rows, seed=1, salt=2, published_at=3.0)
    assert build(rows, seed=1) != build(rows, seed=2)
