from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from sealed_package import package, policy
from stillwatch.core.errors import InputError
from stillwatch.evidence.case_check import Outcome, Trust
from stillwatch.service.evidence.check_file import check_file

if TYPE_CHECKING:
    from pathlib import Path

_TRUST = Trust(policy=policy())


def test_an_archive_and_the_folder_that_it_was_unpacked_in(tmp_path: Path) -> None:
    (tmp_path / "case.zip").write_bytes(package())
    with zipfile.ZipFile(tmp_path / "case.zip") as archive:
        archive.extractall(tmp_path / "case")
    assert check_file(tmp_path / "case.zip", _TRUST).outcome is Outcome.HOLDS
    unpacked = check_file(tmp_path / "case", _TRUST)
    assert (unpacked.outcome, unpacked.checks[0].outcome) == (Outcome.HOLDS, Outcome.NOT_DONE)
    (tmp_path / "case" / "README.txt").write_bytes(b"")
    assert check_file(tmp_path / "case", _TRUST).outcome is Outcome.FAILS


def test_what_cannot_be_read_is_no_package(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        check_file(tmp_path / "none.zip", _TRUST)
    (tmp_path / "empty.zip").touch()
    assert check_file(tmp_path / "empty.zip", _TRUST).outcome is Outcome.FAILS
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "manifest.json").symlink_to(tmp_path / "empty.zip")
    with pytest.raises(InputError, match="no plain file"):
        check_file(tmp_path / "linked", _TRUST)
