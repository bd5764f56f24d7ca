"""Lines that keep the versions of a list."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.list_version import DatedBy, ListedFile, ListVersion
from stillwatch.service.screening.list_ledger import append_version, read_versions

if TYPE_CHECKING:
    from pathlib import Path

_VERSION = ListVersion(
    list_name="ours",
    sha256="f00d",
    format_name="private_csv",
    as_of=date(2026, 11, 20),
    dated_by=DatedBy.LIST,
    added_at=datetime(2026, 11, 22, tzinfo=UTC),
    added_by="Ada Kern",
    entities=2,
    refused=1,
    files=(ListedFile(name="ours.csv", sha256="f00d", size_bytes=7),),
    stale_after_days=3,
    warnings=("odd",),
)


def test_versions_come_back_as_they_were(tmp_path: Path) -> None:
    file = tmp_path / "versions.jsonl"
    append_version(file, _VERSION)
    append_version(file, _VERSION)
    assert read_versions(file) == (_VERSION, _VERSION)


def test_a_line_that_a_crash_cut_off_is_no_version(tmp_path: Path) -> None:
    file = tmp_path / "versions.jsonl"
    append_version(file, _VERSION)
    with file.open("ab") as ledger:
        ledger.write(b'{"list_name": "ou')
    assert read_versions(file) == (_VERSION,)


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "versions.jsonl"
    file.write_bytes(b"{}\n")
    with pytest.raises(InputError, match=r"versions\.jsonl:1"):
        read_versions(file)
