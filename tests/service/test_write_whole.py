"""A file is old or new, never half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_whole(file, b"old")
    with pytest.raises(TypeError):
        write_whole(file, "no bytes")  # type: ignore[arg-type]  # makes the write fail
    assert file.read_bytes() == b"old"
