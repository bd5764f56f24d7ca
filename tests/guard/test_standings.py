"""A look-up finds what a dictionary of the same rows would."""

from __future__ import annotations

import mmap
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from guard_rows import AT, NOW, row
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.guard.build_standings import build
from stillwatch.guard.standings import Hit, Known, Standings

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = {
    KeyName.ACCOUNT: "account_id",
    KeyName.API_KEY: "api_key_id",
    KeyName.USER: "user_id",
    KeyName.ORGANISATION: "org_id",
    KeyName.TEAM: "team_id",
    KeyName.END_USER: "end_user_id",
    KeyName.ADDRESS: "client_address",
    KeyName.PREFIX: "client_prefix",
    KeyName.CLIENT: "client",
}
_VALUES = st.sampled_from([*map(str, range(40)), "é中", "\ud800", "x" * 300])
_ROWS = st.lists(
    st.builds(
        lambda name, value, subject, minutes: row(
            value, name, subject=f"c-{subject}", expires_at=NOW + timedelta(minutes=minutes)
        ),
        st.sampled_from(list(_NAMES)),
        _VALUES,
        st.integers(0, 3),
        st.integers(-2, 2),
    ),
    max_size=60,
)


@given(_ROWS, st.integers(0, 2**63 - 1), st.fixed_dictionaries(dict.fromkeys(_NAMES.values(), _VALUES)))
def test_equal_to_a_dictionary(rows: list[KeyStanding], seed: int, asked: dict[str, str]) -> None:
    by_key = defaultdict(list)
    for one in rows:
        if one.expires_at > NOW:
            by_key[one.name, one.value].append((int(one.name), one.subject))
    table = Standings(build(rows, seed=seed))
    expected = [pair for name, field in _NAMES.items() for pair in by_key[name, asked[field]]]
    found = [(hit.name, table.known(hit.row).subject) for hit in table.hits(RequestFacts("r", AT, **asked))]
    assert sorted(found) == sorted(expected)
    for name, field in _NAMES.items():
        assert table.has(name, asked[field], at=AT) is bool(by_key[name, asked[field]])


def test_a_row_says_what_was_published() -> None:
    one = row(role=Role.MIXED, source="intel", is_experimental=True)
    table = Standings(build([row("b-1"), one], seed=1))
    [hit] = table.hits(RequestFacts("r", AT, account_id="a-1"))
    assert table.known(hit.row) == Known(
        name=KeyName.ACCOUNT,
        subject="c-1",
        role=Role.MIXED,
        confidence=0.99,
        reason="keeps the fleet's hours",
        since=one.since.timestamp(),
        expires_at=one.expires_at.timestamp(),
        source="intel",
        is_experimental=True,
    )


def test_a_key_of_one_kind_is_none_of_another() -> None:
    rows = [
        row("7", KeyName.TEMPLATE, kind=4),
        row("-7", KeyName.TEMPLATE, kind=2),
        row("7", KeyName.TEMPLATE, kind=4, subject="c-2"),
    ]
    table = Standings(build(rows, seed=1))
    assert table.template_kinds == {2, 4}
    hits = table.hits(RequestFacts("r", AT, account_id="7", templates=((4, 7), (2, 7), (1, -7))))
    assert [(hit.name, table.known(hit.row).subject) for hit in hits] == [(36, "c-1"), (36, "c-2")]


def test_what_has_run_out_is_unknown_and_what_runs_out_next_year_is_not() -> None:
    table = Standings(build([row(expires_at=NOW)], seed=1))
    assert table.hits(RequestFacts("r", AT, account_id="a-1")) == []
    assert table.hits(RequestFacts("r", AT - 1e-3, account_id="a-1")) == [Hit(KeyName.ACCOUNT, 0)]


def test_of_a_file_nothing_is_copied(tmp_path: Path) -> None:
    file = tmp_path / "standings.bin"
    file.write_bytes(build([row()], seed=1))
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        table = Standings(mapped)
        assert len(table.hits(RequestFacts("r", AT, account_id="a-1"))) == 1
        del table


def test_an_empty_table_knows_nobody() -> None:
    table = Standings(build([], seed=1))
    assert table.hits(RequestFacts("r", AT, account_id="a-1", templates=((4, 7),))) == []
    assert table.has(KeyName.ACCOUNT, "a-1", at=AT) is False
