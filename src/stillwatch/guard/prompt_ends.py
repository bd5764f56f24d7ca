"""The words at the two ends of a prompt, cut as ingest cuts them, whatever lies between.

>>> words_at_ends("Explain 3 tides!")
Ends(head=[b'explain', b'3', b'tides'], tail=[b'explain', b'3', b'tides'])

Words are runs of letters, digits and bytes above ASCII, lower-cased; a Chinese, Japanese or Korean character is a word
of its own.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

EDGE_WORDS: Final = 96
RUN_WORDS: Final = 4
_NEAR_CHARACTERS: Final = 1024
_FAR_CHARACTERS: Final = 65_536
"""How much of each end is looked through, at first and at most."""
_ALONE: Final = bytes(range(0xE3, 0xEE))
"""First bytes of characters that are words alone."""
_FOLD: Final = bytes(
    byte if byte >= 128 else ord(chr(byte).lower()) if chr(byte).isalnum() else ord(" ") for byte in range(256)
)
_WORD: Final = re.compile(rb"[\xe3-\xed].{0,2}|[0-9a-z\x80-\xe2\xee-\xff]+", re.DOTALL)


class Ends(NamedTuple):
    """Words at the two ends of a text; of a short one both are all its words."""

    head: list[bytes]
    tail: list[bytes]


def words_at_ends(text: str, most: int = EDGE_WORDS) -> Ends | None:
    """The first and the last words; None where they lie too far inside.

    Args:
        text: Of any length.
        most: How many of the last; of the first three more, since runs of four words begin at each of so many.
    """
    first = most + RUN_WORDS - 1
    characters = min(_NEAR_CHARACTERS, 16 * first)
    while 2 * characters < len(text):
        if characters > _FAR_CHARACTERS:
            return None
        head = _first_words(text[:characters], first + 1)[:-1]  # the last may go on behind the cut
        tail = _last_words(text[-characters:], most + 1)[1:]
        if len(head) == first and len(tail) == most:
            return Ends(head, tail)
        characters *= 4
    words = _first_words(text, first + most)
    if len(words) < first + most:
        return Ends(words, words)
    return Ends(words[:first], _last_words(text, most))


def _first_words(text: str, most: int) -> list[bytes]:
    data = text.encode()
    if _has_words_alone(text, data):
        return _WORD.findall(data.lower())[:most]
    return data.translate(_FOLD).split(None, most)[:most]


def _last_words(text: str, most: int) -> list[bytes]:
    data = text.encode()
    if _has_words_alone(text, data):
        return _WORD.findall(data.lower())[-most:]
    return data.translate(_FOLD).rsplit(None, most)[-most:]


def _has_words_alone(text: str, data: bytes) -> bool:
    return not text.isascii() and len(data.translate(None, _ALONE)) != len(data)
