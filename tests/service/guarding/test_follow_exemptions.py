"""Exemptions are followed as they are granted, changed and taken away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from stillwatch.core.request_facts import RequestFacts
from stillwatch.service.guarding.exemptions import Exemption, write_exemptions
from stillwatch.service.guarding.follow_exemptions import ExemptionsFollower

if TYPE_CHECKING:
    from pathlib import Path

_NOW = datetime(2026, 11, 22, tzinfo=UTC)


def exemption(value: str) -> Exemption:
    return Exemption(
        key="account", value=value, appeal="ap-1", reason="a class", since=_NOW, expires_at=_NOW + timedelta(days=1)
    )


def test_each_change_is_given_once_and_ends_with_the_exemption(tmp_path: Path) -> None:
    file, follower = tmp_path / "exemptions.json", ExemptionsFollower(tmp_path / "guard.db")
    assert (follower.look(), follower.trouble) == (None, "")
    write_exemptions(file, [exemption("a-1")])
    table = follower.look()
    assert table is not None
    assert follower.look() is None
    days = [len(table.hits(RequestFacts("", (_NOW + timedelta(days=day)).timestamp(), "a-1"))) for day in (0, 2)]
    assert days == [1, 0]
    write_exemptions(file, [exemption("a-1"), exemption("a-2")])
    table = follower.look()
    assert table is not None
    assert table.rows == 2
    file.unlink()
    table = follower.look()
    assert table is not None
    assert table.rows == 0


def test_of_a_broken_file_those_of_before_hold_and_it_is_said(tmp_path: Path) -> None:
    file, follower = tmp_path / "exemptions.json", ExemptionsFollower(tmp_path / "guard.db")
    file.write_text("{")
    assert follower.look() is None
    assert "no exemptions of ours" in follower.trouble
    write_exemptions(file, [exemption("a-1")])
    assert follower.look() is not None
    assert follower.trouble == ""
