from __future__ import annotations

import pytest

from stillwatch.screening.word import WordKind, ideas, particles, titles, word


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("quill", WordKind.NAME),
        ("j", WordKind.INITIAL),
        ("ж", WordKind.NAME),
        ("12", WordKind.NUMBER),
        ("2nd", WordKind.NUMBER),
        ("al", WordKind.PARTICLE),
        ("trading", WordKind.IDEA),
        ("торговыи", WordKind.IDEA),
    ],
)
def test_a_word_is_of_a_kind(written: str, kind: WordKind) -> None:
    assert word(written).kind is kind


def test_an_idea_is_one_in_every_language() -> None:
    assert len({word(written).key for written in ("trading", "handel", "торговыи", "تجارة")}) == 1
    assert word("maoyi", "贸易").idea == "trade"


def test_marks_spelled_out_are_heard_too() -> None:
    assert word("muller", "", "mueller").soft == word("mueller").sound
    assert word("jurij").soft == word("yuri").sound


def test_tables_hold_folded_words() -> None:
    for words in (ideas(), particles(), titles()):
        assert all(text == text.casefold() and "." not in text for text in words)
