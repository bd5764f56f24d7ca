from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.service.sharing.shared_log import Told, digest, first_told, last_bundle, note_told, told

if TYPE_CHECKING:
    from pathlib import Path

_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
_ONE = Told(
    at=_AT,
    campaign_id="c-1",
    shared_id="campaign--1",
    first_at=_AT,
    to="hub",
    reviewed_by="Ada",
    sha256=digest(b"a"),
)


def test_what_has_left_is_on_record(tmp_path: Path) -> None:
    later = replace(_ONE, at=_AT + timedelta(days=1), is_revoked=True)
    note_told(tmp_path, _ONE, b"a")
    note_told(tmp_path, later, b"b")
    assert told(tmp_path) == (_ONE, later)
    assert (first_told(tmp_path, "c-1"), first_told(tmp_path, "c-2")) == (_AT, None)
    assert last_bundle(tmp_path, "campaign--1") == b"b"
    assert stat.S_IMODE((tmp_path / "shared.jsonl").stat().st_mode) == 0o600


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"at": "today"}'])
def test_a_damaged_log_is_said(tmp_path: Path, line: str) -> None:
    (tmp_path / "shared.jsonl").write_text(line)
    with pytest.raises(InputError, match="a line is none of ours"):
        told(tmp_path)
