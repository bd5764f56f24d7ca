from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.faces.report.visible_text import clipped, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ümlaut, 中文, عربي 👩‍👩‍👧", "plain, ümlaut, 中文, عربي 👩‍👩‍👧"),
        ("a\tb\nc\r\nd", "a\tb\nc\nd"),
        ("gpj\u202eexe", "gpj[U+202E]exe"),
        ("\x1b[31m\x00", "[U+001B][31m[U+0000]"),
        ("\ud800", "[U+D800]"),
        ("a\u2028b\u200bc\U000e0041", "a[U+2028]b[U+200B]c[U+E0041]"),
    ],
)
def test_hidden_characters_are_shown(text: str, shown: str):
    assert visible(text) == shown


@given(st.text(alphabet=st.characters()))
def test_shown_text_can_be_written_and_shown_again(text: str):
    shown = visible(text)
    shown.encode("utf-8")
    assert visible(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("", ""), ("abc", "abc"), ("abcd", "abc…"), ("\x00b", "[U+…"), ("a" * 10**6, "aaa…")]
)
def test_long_texts_are_cut(text: str, shown: str):
    assert clipped(text, 3) == shown
