"""Tell the script of a word, and write words of other alphabets in Latin letters.

>>> script_of("щука"), latin("щука", "Cyrl")
('Cyrl', 'shchuka')
>>> latin("김", "Hang"), latin("محمد", "Arab")
('kim', 'mhmd')
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Final

from stillwatch.screening.table import toml_table

_RANGES: Final = (
    (0x41, 0x24F, "Latn"),
    (0x370, 0x3FF, "Grek"),
    (0x400, 0x52F, "Cyrl"),
    (0x590, 0x5FF, "Hebr"),
    (0x600, 0x77F, "Arab"),
    (0x1E00, 0x1EFF, "Latn"),
    (0x3040, 0x30FF, "Kana"),
    (0x3400, 0x9FFF, "Hani"),
    (0xAC00, 0xD7A3, "Hang"),
)
VOWELLESS: Final = frozenset(("Arab", "Hebr"))
"""Scripts that leave short vowels unwritten."""


def script_of(word: str) -> str:
    """ISO 15924 of the first letter whose script is known here; empty = none."""
    if word.isascii():
        return "Latn" if any(map(str.isalpha, word)) else ""
    for letter in word:
        if letter.isalpha():
            for start, end, script in _RANGES:
                if start <= ord(letter) <= end:
                    return script
    return ""


def latin(word: str, script: str) -> str:
    """The word in Latin letters, letter by letter; as it is where its script has no table."""
    table = _letters().get(script)
    return _korean_families().get(word) or word.translate(table) if table else word


@cache
def _korean_families() -> dict[str, str]:
    families: dict[str, str] = toml_table("letters")["Hang"]["families"]
    return families


@cache
def _letters() -> dict[str, dict[int, str]]:
    letters = toml_table("letters")
    hangul = letters.pop("Hang")
    tables = {script: {ord(letter): sound for letter, sound in rows.items()} for script, rows in letters.items()}
    syllables = ("".join(parts) for parts in product(hangul["leads"], hangul["vowels"], hangul["tails"]))
    tables["Hang"] = {0xAC00 + index: syllable for index, syllable in enumerate(syllables)}
    return tables
