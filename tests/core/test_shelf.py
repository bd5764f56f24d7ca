"""The shelf walker is loud."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from stillwatch.core.errors import DefinitionError
from stillwatch.core.shelf import walk_shelf

if TYPE_CHECKING:
    from pathlib import Path


class Thing(NamedTuple):
    name: str


def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, **files: str) -> str:
    package = tmp_path / name
    package.mkdir()
    (package / "__init__.py").touch()
    for stem, text in files.items():
        (package / f"{stem}.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 / 0", "cannot load: ZeroDivisionError"),
        ("OTHER = 1", "declares no str"),
        ("THING = 1", "declares no str"),
    ],
)
def test_bad_file_stops_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, reason: str) -> None:
    name = shelf(tmp_path, monkeypatch, f"shelf_{abs(hash(text))}", first=text)
    with pytest.raises(DefinitionError, match=reason):
        walk_shelf(name, "THING", str)


def test_name_must_be_the_file_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "from collections import namedtuple\nTHING = namedtuple('Thing', 'name')('other')"
    name = shelf(tmp_path, monkeypatch, "shelf_of_names", first=text)
    with pytest.raises(DefinitionError, match="differs from the file name"):
        walk_shelf(name, "THING", tuple)


def test_declarations_come_by_file_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = shelf(tmp_path, monkeypatch, "shelf_in_order", second="THING = '2'", first="THING = '1'", _private="1 / 0")
    assert walk_shelf(name, "THING", str) == ("1", "2")


def test_missing_package_stops_the_program() -> None:
    with pytest.raises(DefinitionError):
        walk_shelf("stillwatch.nowhere", "THING", str)
