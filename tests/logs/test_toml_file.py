"""A file that cannot be read says which, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.logs.toml_file import load_toml

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_read_whatever_mark_it_begins_with(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert load_toml(path).document == {"a": 1}


@pytest.mark.parametrize("content", [b"a = \n", b"a = '\xff'"])
def test_what_is_no_toml_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"x\.toml"):
        load_toml(path)


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_toml(tmp_path / "absent")
