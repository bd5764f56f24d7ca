from __future__ import annotations

import pytest

from stillwatch.screening.align import align
from stillwatch.screening.read_name import read_name


@pytest.mark.parametrize(
    ("one", "other", "pairs", "left", "right"),
    [
        ("Ada Quill", "Quill Ada", [("ada", "ada"), ("quill", "quill")], [], []),
        ("Abdulrahman", "Abd al Rahman", [("abdulrahman", "abd al rahman")], [], []),
        ("Sun Flower", "Sunflower", [("sun flower", "sunflower")], [], []),
        ("Ada Quil", "Quill Adda", [("ada", "adda"), ("quil", "quill")], [], []),
        ("Ada Ada", "Ada", [("ada", "ada")], ["ada"], []),
        ("JSCARGUMENT", "JSC Argument", [("jscargument", "argument")], [], []),
        ("Ada", "Bruno", [], ["ada"], ["bruno"]),
        ("", "Bruno", [], [], ["bruno"]),
    ],
)
def test_words_go_together(
    one: str, other: str, pairs: list[tuple[str, str]], left: list[str], right: list[str]
) -> None:
    first, second = read_name(one), read_name(other)
    found = align(first, second)

    def text(name, places):
        return " ".join(name.words[place].text for place in places)

    assert sorted((text(first, pair.ones), text(second, pair.others)) for pair in found.pairs) == pairs
    assert [first.words[place].text for place in found.left] == left
    assert [second.words[place].text for place in found.right] == right
