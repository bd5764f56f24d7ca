from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.service.evidence.custody_folder import CustodyFolder

if TYPE_CHECKING:
    from pathlib import Path


def test_the_record_lies_beside_what_it_is_of(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    folder = CustodyFolder.beside(tmp_path / "model")
    assert folder.path == CustodyFolder.beside(tmp_path / "model" / "weights" / "..").path == tmp_path / "model.custody"
    with pytest.raises(SettingsError, match="no record"):
        folder.lines()
    with folder.alone():
        folder.append(b"one")
        folder.append(b"two")
    assert (folder.lines(), folder.record.read_bytes()) == ([b"one", b"two"], b"one\ntwo\n")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="--custody"), CustodyFolder(tmp_path / "file" / "c").alone():
        pytest.fail("it was written")
