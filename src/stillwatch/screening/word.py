"""One word of a name, and what it can be compared by.

>>> word("xiaoping", "小平").sound, word("j").kind.value, word("贸易").idea == word("handel").idea
('Siauping', 'initial', True)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final

from stillwatch.screening.normalise import fold
from stillwatch.screening.scripts import VOWELLESS, latin, script_of
from stillwatch.screening.sound import abjad, bones, coarse, sound
from stillwatch.screening.table import toml_table


class WordKind(StrEnum):
    NAME = "name"
    """Tells who is meant."""
    IDEA = "idea"
    """A word of trade or of bodies, such as `trading`, that many names share."""
    PLACE = "place"
    """A country, in any language."""
    PARTICLE = "particle"
    """An article or a joining word."""
    INITIAL = "initial"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    text: str
    """In Latin letters where its script has a table."""
    kind: WordKind
    key: str
    """Words of equal key are the same word: the idea where it has one, the text otherwise."""
    sound: str
    soft: str
    """The sound if each j was a y and marked letters were spelled out; the same as `sound` where there is neither."""
    heard: str
    """The sound by classes of consonants."""
    bones: str
    """The first sound and the classes of the consonants."""
    abjad: str
    han: str
    """The simplified characters it was read from; empty = from none."""
    row: int
    """Of `tables/given_names.toml`: names of one row are one name, of two rows two; 0 = not known there."""
    is_vowelless: bool
    """Its script leaves short vowels unwritten."""

    @property
    def idea(self) -> str:
        return self.key[1:] if self.key.startswith("#") else ""


_SHORT_FORMS: Final = {"junior": "jr", "senior": "sr"}
_NUMBER: Final = re.compile(r"[0-9]+(?:st|nd|rd|th)?|ii|iii|iv|vi|vii|viii|ix|xi|xii|jr|junior|sr|senior")
"""Roman ones but those that are letters or short names; and which of a family of one name it is."""
_WORDS_KEPT: Final = 1 << 16


@lru_cache(maxsize=_WORDS_KEPT)  # names share their words: a list of 60,000 names has 30,000
def word(written: str, han: str = "", spelled: str = "", *, is_persons: bool = False) -> Word:
    """A folded word in any script, or the reading of the characters `han`; `spelled`: with its marks spelled out.

    Of a person's name no word is one of trade.
    """
    idea = "" if is_persons else ideas().get(han or written, "")
    script = script_of(written)
    text = latin(written, script) or written
    heard = sound(text)
    hard = bones(heard)
    return Word(
        text=text,
        kind=_kind(written, text, idea=idea),
        key=f"#{idea}" if idea else _SHORT_FORMS.get(text, text),
        sound=heard,
        soft=(sound(spelled) if spelled else heard).replace("j", "i").replace("ii", "i"),
        heard=coarse(heard),
        bones=coarse(hard),
        abjad=abjad(hard),
        han=han,
        row=given_names().get(text, 0),
        is_vowelless=script in VOWELLESS,
    )


def _kind(written: str, text: str, *, idea: str) -> WordKind:
    if idea:
        return WordKind.PLACE if idea in places() else WordKind.IDEA
    if written in particles():
        return WordKind.PARTICLE
    if _NUMBER.fullmatch(written):
        return WordKind.NUMBER
    return WordKind.INITIAL if len(text) == 1 else WordKind.NAME


def as_name(article: Word) -> Word:
    """The word as one that tells who is meant: `Le` and `An` are family names too."""
    return replace(article, kind=WordKind.NAME)


def as_article(name: Word) -> Word:
    """The word as one that hardly tells who is meant."""
    return replace(name, kind=WordKind.PARTICLE)


@cache
def ideas() -> dict[str, str]:
    """Word → the idea or the country it stands for, in every language of the table."""
    table = toml_table("words")
    return {fold(text): idea for idea, words in (table["ideas"] | table["places"]).items() for text in words}


@cache
def places() -> frozenset[str]:
    return frozenset(toml_table("words")["places"])


@cache
def given_names() -> dict[str, int]:
    """Given name → the row it stands in, from 1 on; a name that stands alone is a row."""
    table = toml_table("given_names")
    rows = enumerate((*table["rows"], *table["others"].split()), 1)
    return {name: number for number, row in rows for name in row.split()}


@cache
def particles() -> frozenset[str]:
    return frozenset(map(fold, toml_table("words")["particles"]["words"]))


@cache
def before_ships() -> frozenset[str]:
    return frozenset(toml_table("words")["vessels"]["words"])


@cache
def titles() -> frozenset[str]:
    return frozenset(map(fold, toml_table("words")["titles"]["words"]))
