"""Chinese characters: traditional ones simplified, and how they are read in Mandarin (pinyin without tones).

Characters are read one by one, but for words and family names whose reading hangs on their place
(`tables/han_words.toml`). Cantonese, Taiwanese or Japanese readings are not known: such a name is compared by its
characters alone.

>>> simplified("華東電機")
'华东电机'
>>> person("单晓明"), person("欧阳晓明"), syllables("重庆长城")
(('shan', 'xiaoming'), ('ouyang', 'xiaoming'), 'chongqingchangcheng')
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from stillwatch.screening.table import lines_of, toml_table

_LONGEST_PERSON: Final = 4


def simplified(text: str) -> str:
    return text.translate(_simpler())


def syllables(text: str) -> str:
    """The reading of simplified characters in one word; what has none stays."""
    words, pattern = _words()
    return pattern.sub(lambda found: words[found.group()], text).translate(_readings())


def person(text: str) -> tuple[str, ...]:
    """Readings of family and given name of simplified characters; one reading where they are no person's name."""
    head, rest = family_and_given(text)
    if not rest:
        return (syllables(text),)
    return _families()["readings"].get(head) or syllables(head), syllables(rest)


def family_and_given(text: str) -> tuple[str, str]:
    """The characters of the family name and those of the given one; all and none where they are no person's name."""
    if not 2 <= len(text) <= _LONGEST_PERSON:
        return text, ""
    cut = 2 if len(text) > 2 and text[:2] in _families()["two"] else 1
    return text[:cut], text[cut:]


@cache
def _simpler() -> dict[int, str]:
    return {ord(pair[0]): pair[1] for line in lines_of("han_simplified") for pair in line.split()}


@cache
def _readings() -> dict[int, str]:
    rows = (line.split() for line in lines_of("han_readings"))
    return {ord(character): reading for reading, characters in rows for character in characters}


@cache
def _words() -> tuple[dict[str, str], re.Pattern[str]]:
    words: dict[str, str] = toml_table("han_words")["words"]
    return words, re.compile("|".join(words))


@cache
def _families() -> dict[str, Any]:
    families: dict[str, Any] = toml_table("han_words")["families"]
    return families
