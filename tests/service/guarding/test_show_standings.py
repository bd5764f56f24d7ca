"""What a table of standings says to people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from guard_rows import AT, NOW, row
from stillwatch.core.errors import InputError
from stillwatch.core.key_standing import Role
from stillwatch.core.request_facts import KeyName
from stillwatch.guard.build_standings import build
from stillwatch.service.guarding.show_standings import ShownStanding, StandingGroup, show_standings

if TYPE_CHECKING:
    from pathlib import Path

HOUR = timedelta(hours=1)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rows = [
        row("a-1", confidence=0.9),
        row("a-2"),
        row("k-1", name=KeyName.API_KEY, expires_at=NOW + 2 * HOUR),
        row("-7", name=KeyName.TEMPLATE, kind=4, role=Role.TRACE),
        row("a-1", subject="c-0", expires_at=NOW - HOUR, confidence=0.5),
        row("a-9", subject="ap-1", role=Role.EXEMPT, source="appeal", expires_at=datetime(9999, 1, 1, tzinfo=UTC)),
    ]
    file = tmp_path / "standings.bin"
    file.write_bytes(build(rows, seed=3, published_at=AT))
    return file


def test_rows_that_agree_are_counted_together_and_what_has_run_out_apart(table: Path) -> None:
    shown = show_standings(table, at=NOW)
    assert (shown.published_at, shown.rows, shown.expired, shown.asked) == (NOW, 6, 1, ())
    assert shown.groups[0] == StandingGroup(
        subject="c-1",
        role="operator",
        source="scan",
        reason="keeps the fleet's hours",
        is_experimental=False,
        keys={"account": 2, "api_key": 1},
        least_confidence=0.9,
        most_confidence=0.99,
        since=NOW - HOUR,
        expires_at=NOW + 2 * HOUR,
    )
    assert [(one.subject, one.role, one.keys) for one in shown.groups[1:]] == [
        ("ap-1", "exempt", {"account": 1}),
        ("c-1", "trace", {"template": 1}),
    ]


def test_a_key_is_asked_about_by_its_name(table: Path) -> None:
    keys = [("account", "a-1"), ("api_key", "a-1"), ("template", "-7")]
    account, key, template = show_standings(table, at=NOW, keys=keys).asked
    held = ShownStanding(
        *("account", "c-1", "operator", 0.9, "keeps the fleet's hours", NOW - HOUR, NOW + HOUR, "scan"),
        is_experimental=False,
        holds=True,
    )
    assert account.standings == (held, held._replace(subject="c-0", confidence=0.5, expires_at=NOW - HOUR, holds=False))
    assert key.standings == ()
    assert [(one.key, one.role) for one in template.standings] == [("template", "trace")]


@pytest.mark.parametrize(
    ("key", "says"), [(("acount", "a-1"), "'acount' is no key"), (("template", "x"), "known by a number")]
)
def test_what_is_no_key_is_said(table: Path, key: tuple[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        show_standings(table, at=NOW, keys=[key])
