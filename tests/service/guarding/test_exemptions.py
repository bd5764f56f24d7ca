"""Exemptions: what is written is read, what has run out is left out, foreign files are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName
from stillwatch.service.guarding.exemptions import Exemption, read_exemptions, write_exemptions

if TYPE_CHECKING:
    from pathlib import Path

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def exemption(value: str, days: float) -> Exemption:
    return Exemption(
        key="api_key",
        value=value,
        appeal=f"ap-{value}",
        reason="a class",
        since=_NOW - timedelta(days=1),
        expires_at=_NOW + timedelta(days=days),
    )


def test_an_exemption_comes_back_as_a_standing_until_it_runs_out(tmp_path: Path) -> None:
    file = tmp_path / "exemptions.json"
    write_exemptions(file, [exemption("k-1", 1), exemption("k-2", 0)])
    assert read_exemptions(file, at=_NOW) == (
        KeyStanding(
            name=KeyName.API_KEY,
            value="k-1",
            subject="ap-k-1",
            role=Role.EXEMPT,
            confidence=1.0,
            reason="a class",
            since=_NOW - timedelta(days=1),
            expires_at=_NOW + timedelta(days=1),
            source="appeal",
        ),
    )


def test_no_file_is_no_exemption(tmp_path: Path) -> None:
    assert read_exemptions(tmp_path / "exemptions.json", at=_NOW) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"schema": "stillwatch.exemptions/9", "exemptions": []}',
        b'{"schema": "stillwatch.exemptions/1", "exemptions": [{"key": "address"}]}',
    ],
    ids=["empty", "list", "other version", "no such key"],
)
def test_a_foreign_file_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "exemptions.json"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"exemptions\.json"):
        read_exemptions(file, at=_NOW)
