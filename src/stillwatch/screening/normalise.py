"""Write names in one way, so that what differs is the name: width, case, accents, punctuation, order, tails of lists.

>>> fold("Müller-Łukasz, O’Brien & Co.")
'muller lukasz obrien & co'
>>> without_tail("Northern Widgets, and any successor, sub-unit, or subsidiary thereof")
'Northern Widgets'
>>> given_name_first("DOE, Jane Mary")
'Jane Mary DOE'
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 240
"""Characters of a name that are looked at. The longest on official lists have about 200; what is hostile is longer, and
costs no more."""
_PLAIN: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
)
"""Latin letters that Unicode does not take apart into a letter and its mark."""
_SPELLED: Final = str.maketrans(
    {
        "ö": "oe",
        "ü": "ue",
        "ä": "ae",
        "ø": "oe",
        "å": "aa",
        "š": "sh",
        "č": "ch",
        "ž": "zh",
        "ć": "ch",
        "ş": "sh",
        "ș": "sh",
        "ț": "ts",
    }
    | {"ç": "ch", "ñ": "ny", "ń": "ny", "ś": "sh", "ź": "zh", "ż": "zh", "ő": "oe", "ű": "ue", "đ": "dj", "ë": "yo"}
)
_SILENT: Final = re.compile(r"['’‘ʼʻ`´ʿʾ′]+")
"""Apostrophes and their likes stand inside words: O'Brien is Obrien, Sana'a is Sanaa."""
_BREAK: Final = re.compile(r"[^\w&+]+|_+")
_TAIL: Final = re.compile(
    r"[,;:(\s]+(?:(?:and|including|as well as)\s+)?(?:any|all|its|their|the following|each)\s+"
    r"(?:(?:of\s+)?(?:its|their|other)\s+)?(?:successors?|sub-?units?|subsidiar\w+|affiliat\w+|branch\w*|subordinate\w*)\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""What lists append to a name to mean more than one body; the record keeps it."""


def fold(text: str) -> str:
    """The name in lower case without accents and punctuation, words parted by one space."""
    return spaced(without_accents(_lower(text)))


def spelled_out(text: str) -> str:
    """The same, with marked letters written as those do who have no marks: `ö` as `oe`, `š` as `sh`."""
    return fold(_lower(text).translate(_SPELLED))


def _lower(text: str) -> str:
    return text[:LONGEST].casefold() if text.isascii() else unicodedata.normalize("NFKC", text[:LONGEST]).casefold()


def without_accents(text: str) -> str:
    """Letters without their marks. `text` is in lower case."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return unicodedata.normalize("NFC", "".join(mark for mark in apart if not unicodedata.combining(mark)))


def spaced(text: str) -> str:
    """The words alone, parted by one space."""
    return " ".join(_BREAK.sub(" ", _SILENT.sub("", text)).split())


def without_tail(name: str) -> str:
    """The name itself, where a list goes on with successors, sub-units or subsidiaries."""
    return _TAIL.sub("", name[:LONGEST]).strip(" ,;:(") or name[:LONGEST]


def given_name_first(name: str) -> str:
    """`LAST, First` turned; a name without a comma, or with more than one, stays."""
    family, comma, given = name.partition(",")
    if not comma or "," in given or not given.strip() or not family.strip():
        return name
    return f"{given.strip()} {family.strip()}"
