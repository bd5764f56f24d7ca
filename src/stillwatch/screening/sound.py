"""How a Latin word sounds, roughly: spellings of one name by different systems of transliteration become alike.

A foreign name reaches a list through English, German, French or a passport office: `Shcherbakov`, `Schtscherbakow`;
`Hussein`, `Husayn`; `Yuri`, `Jurij`. Digraphs are written as one sound, vowels in three classes (a; e, i, y; o, u),
doubled letters once, an x at the start as in pinyin, and an h inside a word not at all. The method is that of phonetic
keys such as Metaphone, over the conventions of BGN/PCGN, ISO 9 and German and French usage; it merges some different
names too, so alike sound counts less than equal text.

>>> sound("shcherbakov") == sound("schtscherbakow"), sound("hussein") == sound("husayn")
(True, True)
>>> bones(sound("muhammad")), abjad(bones(sound("walid")))
('mmd', 'vld')
"""

from __future__ import annotations

import re
from typing import Final

_AS_ONE: Final = {
    **dict.fromkeys(("schtsch", "shtch", "shch", "sch", "sh"), "S"),
    **dict.fromkeys(("tsch", "tch", "cz", "ch"), "C"),
    **dict.fromkeys(("ts", "tz"), "z"),
    **dict.fromkeys(("dzh", "dj", "dsch"), "j"),
    "zh": "z",
    "kh": "X",
    "gh": "g",
    "ph": "f",
    "th": "t",
    "dh": "d",
    "ck": "k",
    "qu": "k",
    "q": "k",
    "x": "ks",
    "w": "v",
    "ce": "si",
    "ci": "si",
    "cy": "si",
    "c": "k",
    "ij": "i",
    **dict.fromkeys(("ou", "o"), "u"),
    **dict.fromkeys(("ai", "ay", "ei", "ey", "ae", "ie", "e", "y"), "i"),
}
_DIGRAPH: Final = re.compile("|".join(sorted(_AS_ONE, key=len, reverse=True)))
_TWICE: Final = re.compile(r"(.)\1+")
_VOWEL_TWICE: Final = re.compile(r"([aiu])\1+")
_INNER_H: Final = re.compile(r"(?<=.)h")
_VOWEL: Final = re.compile(r"(?<=.)[aiu]")
_WEAK: Final = re.compile(r"(?<=.)v")
_CLASSES: Final = str.maketrans("SCzjXgkbpvdt", "sssskkkppftt")


def sound(word: str) -> str:
    """The word by its sounds. Capital letters are sounds that take two letters to write."""
    once = _TWICE.sub(r"\1", "S" + word[1:] if word[:1] == "x" else word)
    return _VOWEL_TWICE.sub(r"\1", _INNER_H.sub("", _DIGRAPH.sub(lambda found: _AS_ONE[found.group()], once)))


def bones(heard: str) -> str:
    """The first sound and the consonants after it."""
    return heard[:1] + _VOWEL.sub("", heard)[1:]


def coarse(heard: str) -> str:
    """The sounds with their consonants in classes, where systems part ways: hissing ones, throaty ones, lips, teeth."""
    return heard.translate(_CLASSES)


def abjad(hard: str) -> str:
    """What of the consonants a script without vowels would surely write alike; every vowel at the start is one."""
    return ("a" if hard[:1] in {"a", "i", "u"} else hard[:1]) + _WEAK.sub("", hard)[1:]
