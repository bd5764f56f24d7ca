"""Names, folders and patterns to files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.logs.files import expand

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.jsonl",
        "a.jsonl.gz",
        "sub/c.parquet",
        "sub/noext",
        ".hidden",
        ".git/x.jsonl",
        "README.md",
        "_SUCCESS",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"{}")
    return tmp_path


def names(folder: Path, *patterns: str) -> list[str]:
    found = expand([str(folder / pattern) for pattern in patterns])
    return [str(path.relative_to(folder)) for path in found]


def test_a_folder_means_the_logs_below_it(folder: Path) -> None:
    assert names(folder, "") == ["a.jsonl.gz", "b.jsonl", "sub/c.parquet", "sub/noext"]


def test_patterns_and_names_are_taken_once_in_the_order_given(folder: Path) -> None:
    assert names(folder, "b.jsonl", "*.jsonl*", "**/*.parquet") == ["b.jsonl", "a.jsonl.gz", "sub/c.parquet"]


def test_a_file_that_is_named_is_taken_whatever_it_is_called(folder: Path) -> None:
    assert names(folder, "README.md", ".hidden") == ["README.md", ".hidden"]


def test_a_name_with_pattern_characters_is_a_name_first(folder: Path) -> None:
    (folder / "log[1].jsonl").write_bytes(b"{}")
    assert names(folder, "log[1].jsonl") == ["log[1].jsonl"]


@pytest.mark.parametrize("pattern", ["absent", "*.csv", ".git/*.csv"])
def test_nothing_found_is_an_input_error_with_a_mend(folder: Path, pattern: str) -> None:
    with pytest.raises(InputError, match=r"no log file found .*check the path"):
        names(folder, pattern)
