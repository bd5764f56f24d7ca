from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.service.read_salt import read_salt

if TYPE_CHECKING:
    from pathlib import Path


def test_members_with_one_secret_have_one_salt(tmp_path: Path) -> None:
    one, other, third = (tmp_path / name for name in "abc")
    one.write_bytes(b"0123456789abcdef" * 4)
    other.write_bytes(b"0123456789abcdef" * 4 + b"\r\n")
    third.write_bytes(b"0123456789abcdee" * 4)
    assert read_salt(one) == read_salt(other) != read_salt(third)
    assert 0 <= read_salt(one) < 2**63


@pytest.mark.parametrize("secret", [b"", b"short", b"   " + b"a" * 31])
def test_what_can_be_guessed_is_no_secret(tmp_path: Path, secret: bytes) -> None:
    (tmp_path / "salt").write_bytes(secret)
    with pytest.raises(SettingsError, match="can be guessed"):
        read_salt(tmp_path / "salt")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_salt(tmp_path / "none")
