"""How alike two words of names are, and in what way.

What counts is how likely somebody who means the one writes the other, against how likely another name is that near: an
edit in a long word is a slip, in a short one another name; an edit of a vowel is often another system of
transliteration. So edits are counted in the letters and again in the sounds, held against the length, and the better
explanation counts.

>>> from stillwatch.screening.word import word
>>> likeness(word("shcherbakov"), word("schtscherbakow")).how.value
'sound'
>>> likeness(word("petrov"), word("pavlov")), likeness(word("petrov"), word("petkov")).value < 0.7
(None, True)
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz.distance import OSA

from stillwatch.screening.word import WordKind

if TYPE_CHECKING:
    from stillwatch.screening.word import Word


class How(StrEnum):
    SAME = "same"
    IDEA = "idea"
    """The same word of trade in another language or shape."""
    SOUND = "sound"
    CONSONANTS = "consonants"
    """Alike as far as a script without vowels can tell."""
    TYPO = "typo"
    INITIAL = "initial"
    SHORTENED = "shortened"
    CHARACTERS = "characters"
    """Chinese characters of the same reading, some of them others."""
    VARIANT = "variant"
    """A pet name, or the same given name in another language."""
    JOINED = "joined"
    """The same but for a space."""
    GLUED = "glued"
    """The same with a legal form written onto it."""


class Likeness(NamedTuple):
    value: float
    """0..1; 1 = surely the same word."""
    how: How


SOUND: Final = 0.93
SHORT_SOUND: Final = 0.78
"""Of words of five letters and less, where many names sound alike."""
COARSE: Final = 0.9
"""Of words that sound alike by classes of sounds."""
CONSONANTS: Final = 0.93
FEW_CONSONANTS: Final = 0.8
INITIAL: Final = 0.8
OTHER_NAMES: Final = 0.6
"""Factor where both words are known to be names: a slip seldom makes another name."""
VARIANT: Final = 0.8
SHORTENED: Final = 0.6
OTHER_CHARACTERS: Final = 0.3
LEAST: Final = 0.3
"""Less alike words are others."""
_SHORTEST_SHORTENED: Final = 3
_SHORT: Final = 10
_FIRST: Final = 0.5
"""An edit of the first letter counts so much more: hands slip there less."""
_VOWEL: Final = 0.75
"""What another vowel counts, beside a consonant."""
_ALONE: Final = (WordKind.INITIAL, WordKind.NUMBER)
_SAME: Final = Likeness(1.0, How.SAME)
_SOUND: Final = Likeness(SOUND, How.SOUND)
_SHORT_SOUND: Final = Likeness(SHORT_SOUND, How.SOUND)
_VARIANT: Final = Likeness(VARIANT, How.VARIANT)
_INITIAL: Final = Likeness(INITIAL, How.INITIAL)
_SHORTENED: Final = Likeness(SHORTENED, How.SHORTENED)
_FREE: Final = 0.06
"""Edits a letter that cost nothing beyond being seen."""
_STEEP: Final = 3.2


def likeness(one: Word, other: Word) -> Likeness | None:
    """How alike two words are; None = they are others. Symmetric."""
    if one.key == other.key and not (one.han and other.han):
        return _SAME
    if one.kind in _ALONE or other.kind in _ALONE:
        return _of_short(one, other)
    if one.han and other.han:
        return _of_characters(one, other)
    if one.is_vowelless != other.is_vowelless:
        return _of_consonants(one, other) if one.is_vowelless else _of_consonants(other, one)
    found = _of_spelling(one, other)
    if one.row and other.row:
        return _of_known(found, is_one=one.row == other.row)
    return found


def _of_known(found: Likeness | None, *, is_one: bool) -> Likeness | None:
    """Of given names that are known, those of one row are one, however far, and those of two rows two, however near."""
    if is_one:
        return found if found and found.value > VARIANT else _VARIANT
    return Likeness(found.value * OTHER_NAMES, found.how) if found and found.how is How.TYPO else found


def _of_spelling(one: Word, other: Word) -> Likeness | None:
    is_short = len(one.text) + len(other.text) <= _SHORT
    if one.sound == other.sound:
        return _SHORT_SOUND if is_short else _SOUND
    if not is_short and (one.soft in {other.sound, other.soft} or one.sound == other.soft):
        return _SOUND
    return _of_edits(one, other)


def _of_short(one: Word, other: Word) -> Likeness | None:
    """An initial stands for whatever begins with it; a number for itself alone."""
    if WordKind.NUMBER in (one.kind, other.kind) or one.text[0] != other.text[0]:
        return None
    return _INITIAL


def _of_edits(one: Word, other: Word) -> Likeness | None:
    """Whichever explains it better: slips of the hand, or another spelling of the sounds."""
    text, beside = one.text, other.text
    long, gap = len(text), len(text) - len(beside)
    if gap < 0:
        long, gap = len(beside), -gap
    allowed = 1 + long // 4
    if gap <= allowed:
        letters = OSA.distance(text, beside, score_cutoff=allowed)
        value = of_share((letters + _FIRST * (text[0] != beside[0])) / long) if letters <= allowed else 0.0
        value = max(value, _of_sounds(one, other) if letters > 1 or value < SOUND else 0.0)
        if value >= LEAST:
            return Likeness(value, How.TYPO)
    return _shortened(text, beside) if gap and text[0] == beside[0] else None


def _of_sounds(one: Word, other: Word) -> float:
    long = max(len(one.heard), len(other.heard))
    allowed = 1 + long // 4
    sounds = OSA.distance(one.heard, other.heard, score_cutoff=allowed)
    if sounds > allowed:
        return 0.0
    consonants = OSA.distance(one.bones, other.bones, score_cutoff=allowed)
    return COARSE * of_share((_VOWEL * sounds + (1 - _VOWEL) * consonants) / long)


def of_share(share: float) -> float:
    """Likeness of words of which this share of letters differs."""
    return min(0.97, 1 - _STEEP * max(0.0, share - _FREE))


def _of_consonants(vowelless: Word, other: Word) -> Likeness | None:
    """Long vowels are written even there: they have to stand in the other word too."""
    one, beside = vowelless.abjad, other.abjad
    if one == beside:
        if not _is_within(vowelless.sound.replace("v", "u"), other.sound.replace("v", "u")):
            return Likeness(SHORTENED, How.CONSONANTS)
        return Likeness(CONSONANTS if len(one) > 2 else FEW_CONSONANTS, How.CONSONANTS)
    long = max(len(one), len(beside))
    edits = OSA.distance(one, beside, score_cutoff=1)
    return Likeness(SHORTENED, How.CONSONANTS) if edits == 1 and long > 3 else None


def _is_within(short: str, long: str) -> bool:
    """All letters of the short one stand in the long one, in their order."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def _of_characters(one: Word, other: Word) -> Likeness | None:
    long = max(len(one.han), len(other.han))
    edits = OSA.distance(one.han, other.han, score_cutoff=1)
    if edits == 0:
        return Likeness(1.0, How.SAME)
    if edits == 1 and long > 2:
        return Likeness(1 - 1 / long, How.TYPO)
    return Likeness(OTHER_CHARACTERS, How.CHARACTERS) if one.text == other.text else None


def _shortened(one: str, other: str) -> Likeness | None:
    """`alex` for `alexander`."""
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return _SHORTENED if len(short) >= _SHORTEST_SHORTENED and long.startswith(short) else None
