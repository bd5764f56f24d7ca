"""TOML errors name the line."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import InputError
from stillwatch.core.toml_text import TomlText, suggestion, toml_string


def test_lines_of_keys_and_tables() -> None:
    text = TomlText.of('\na = 1\n"b" = 2\n[[c]]\nx=1\n [[ c ]]\n', "x.toml")
    assert (text.at_key("a"), text.at_key("b"), text.at_key("absent")) == ("x.toml:2", "x.toml:3", "x.toml")
    assert (text.at_table("c", 0), text.at_table("c", 1), text.at_table("c", 2)) == ("x.toml:4", "x.toml:6", "x.toml")


@pytest.mark.parametrize("content", ["a = \n", "a = " + "[" * 100_000])
def test_what_is_no_toml_is_an_input_error(content: str) -> None:
    with pytest.raises(InputError, match=r"x\.toml"):
        TomlText.of(content, "x.toml")


def test_suggestion() -> None:
    assert suggestion("acount_ids", ("account_ids", "name")) == "did you mean 'account_ids'?"
    assert suggestion("xyz", ("b", "a")) == "known are: a, b"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_string_is_read_as_it_is_written(text: str) -> None:
    assert tomllib.loads(f"a = {toml_string(text)}") == {"a": text}
