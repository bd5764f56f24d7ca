from __future__ import annotations

import pytest

from stillwatch.screening.likeness import How, likeness, of_share
from stillwatch.screening.word import word


@pytest.mark.parametrize(
    ("one", "other", "how", "least", "most"),
    [
        ("shcherbakov", "schtscherbakow", How.SOUND, 0.9, 1),
        ("feng", "fung", How.TYPO, 0.3, 0.7),
        ("quillfeather", "quillfeathre", How.TYPO, 0.85, 1),
        ("sulaymaan", "solemani", How.TYPO, 0.4, 0.95),
        ("robert", "bob", How.VARIANT, 0.7, 0.9),
        ("muhammad", "mohamed", How.VARIANT, 0.7, 0.95),
        ("petrov", "petkov", How.TYPO, 0.5, 0.75),
        ("ada", "a", How.INITIAL, 0.5, 0.9),
        ("quillfeather", "quill", How.SHORTENED, 0.5, 0.7),
        ("محمد", "mohammed", How.CONSONANTS, 0.9, 1),
        ("علي", "ali", How.CONSONANTS, 0.7, 0.9),
        ("محمود", "mohammed", How.CONSONANTS, 0.3, 0.65),
        ("محمود", "mahmoud", How.CONSONANTS, 0.9, 1),
        ("petrov", "pavlov", None, 0, 0),
        ("ali", "abu", None, 0, 0),
        ("12", "13", None, 0, 0),
        ("12", "1", None, 0, 0),
        ("ada", "b", None, 0, 0),
    ],
)
def test_words_are_alike_in_a_way(one: str, other: str, how: How | None, least: float, most: float) -> None:
    found, turned = likeness(word(one), word(other)), likeness(word(other), word(one))
    assert found == turned
    if how is None:
        assert found is None or found.value < 0.5
    else:
        assert found is not None
        assert found.how is how
        assert least <= found.value <= most


def test_characters_of_one_reading_are_others() -> None:
    wei, other_wei, wei_again = word("wei", "伟"), word("wei", "薇"), word("wei", "")
    found = likeness(wei, other_wei)
    assert found is not None
    assert found.how is How.CHARACTERS
    assert found.value < 0.5
    assert wei.key == wei_again.key


def test_an_edit_counts_less_in_a_longer_word() -> None:
    values = [of_share(1 / length) for length in range(3, 12)]
    assert values == sorted(values)
