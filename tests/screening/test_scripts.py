from __future__ import annotations

import pytest

from stillwatch.screening.scripts import latin, script_of


@pytest.mark.parametrize(
    ("word", "script", "in_latin"),
    [
        ("щербаков", "Cyrl", "shcherbakov"),
        ("їжак", "Cyrl", "izhak"),
        ("ελενη", "Grek", "eleni"),
        ("محمد", "Arab", "mhmd"),
        ("שלום", "Hebr", "shlwm"),
        ("정은", "Hang", "jongun"),
        ("박", "Hang", "park"),
        ("quill", "Latn", "quill"),
        ("東", "Hani", "東"),
        ("たなか", "Kana", "tanaka"),
        ("カー", "Kana", "ka"),
        ("12", "", "12"),
        ("ქ", "", "ქ"),
    ],
)
def test_words_of_other_alphabets_are_written_in_latin_letters(word: str, script: str, in_latin: str) -> None:
    assert script_of(word) == script
    assert latin(word, script) == in_latin
