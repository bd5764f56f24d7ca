"""A table of settings: values of their kind, or an error with the line."""

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.core.toml_text import TomlText
from stillwatch.service.toml_table import TomlTable

_USUAL: dict[str, Any] = {"name": "x", "size": 5, "share": 0.5, "is_on": False, "names": ()}


def table(text: str) -> TomlTable:
    return TomlTable.of(TomlText.of("a = 1\n[t]\n" + text, "x.toml"), "t")


def test_values_are_of_their_usual_kind() -> None:
    found = table('name = "y"\nsize = 7\nshare = 1\nis_on = true\nnames = ["a"]').like(_USUAL)
    assert found == {"name": "y", "size": 7, "share": 1.0, "is_on": True, "names": ("a",)}
    assert isinstance(found["share"], float)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nmae = 1", r"x\.toml:3: unknown field 'nmae' \(did you mean 'name'\?\)"),
        ("name = 1", "name is a text"),
        ("size = 1.5", "size is a whole number"),
        ("size = 0", "size is a number above 0"),
        ("size = true", "size is a number above 0"),
        ("is_on = 1", "is_on is true or false"),
        ('names = "a"', "names is a list of texts"),
        ("names = [1]", "names is a list of texts"),
    ],
)
def test_a_value_of_another_kind_is_refused(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        table(text).like(_USUAL)


def test_several_tables_know_their_lines() -> None:
    read = TomlText.of("[[t]]\nsize = 1\n[[t]]\nsize = 0\n", "x.toml")
    first, second = TomlTable.several(read, "t")
    assert first.like(_USUAL) == {"size": 1}
    with pytest.raises(SettingsError, match=r"x\.toml:4: size"):
        second.like(_USUAL)
    with pytest.raises(SettingsError, match="t is a list of tables"):
        TomlTable.several(TomlText.of("t = 1", "x.toml"), "t")


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"x\.toml:1: t is a table"):
        TomlTable.of(TomlText.of("t = 1", "x.toml"), "t")
