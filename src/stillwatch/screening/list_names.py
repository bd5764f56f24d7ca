"""Names as lists write them, taken apart: tails, names in brackets, rows of aliases.

>>> [
...     (name.text, name.strength.value)
...     for name in listed_names("Orrin Works (OW); and any successor thereof", ["Orrin"])
... ]
[('Orrin Works', 'primary'), ('Orrin', 'strong'), ('OW', 'weak')]
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stillwatch.core.listed_entity import AliasStrength, ListedName
from stillwatch.screening.normalise import without_tail

if TYPE_CHECKING:
    from collections.abc import Iterable

_BRACKETED: Final = re.compile(r"\s*\(([^()]{2,200})\)\s*$")
_KNOWN_AS: Final = re.compile(
    r"^(?:formerly|previously|also)?\s*(?:a\.?k\.?a\.?|f\.?k\.?a\.?|n\.?k\.?a\.?|known as)[,:]?\s+", re.IGNORECASE
)
_ACRONYM: Final = re.compile(r"[A-Z][A-Z0-9&.\- ]{1,14}")
_AND: Final = re.compile(r"^(?:and|or)\s+", re.IGNORECASE)


def listed_names(primary: str, aliases: Iterable[str] = (), weak: Iterable[str] = ()) -> tuple[ListedName, ...]:
    """All names of an entity, the primary one first and each once.

    A tail that extends the entry to successors is left to the raw record. A bracket at the end that holds an acronym
    is a weak alias, since acronyms are short and common; one that says `f.k.a.` or the like is a strong one.
    """
    name, more = _without_bracket(without_tail(" ".join(primary.split())))
    found = {name: AliasStrength.PRIMARY}
    for text in aliases:
        alias, its_more = _without_bracket(without_tail(_AND.sub("", " ".join(text.split()))))
        found.setdefault(alias, AliasStrength.STRONG)
        more = more | {bracketed: how for bracketed, how in its_more.items() if bracketed not in more}
    for text in weak:
        found.setdefault(" ".join(text.split()), AliasStrength.WEAK)
    for text, strength in more.items():
        found.setdefault(text, strength)
    return tuple(
        ListedName(text=text, strength=strength, script=script_of(text)) for text, strength in found.items() if text
    )


def _without_bracket(name: str) -> tuple[str, dict[str, AliasStrength]]:
    match = _BRACKETED.search(name)
    if match is None:
        return name, {}
    inside, before = match[1].strip(), name[: match.start()].strip()
    if not before:
        return name, {}
    if _KNOWN_AS.match(inside):
        return before, {_KNOWN_AS.sub("", inside): AliasStrength.STRONG}
    if _ACRONYM.fullmatch(inside):
        return before, {inside: AliasStrength.WEAK}
    return name, {}


def script_of(text: str) -> str:
    """ISO 15924 of the first letter whose script lists use; empty where there is none."""
    for letter in text:
        code = ord(letter)
        for first, last, script in _SCRIPTS:
            if first <= code <= last:
                return script
    return ""


_SCRIPTS: Final = (
    *((0x41, 0x24F, "Latn"), (0x370, 0x3FF, "Grek"), (0x400, 0x52F, "Cyrl"), (0x530, 0x58F, "Armn")),
    *((0x590, 0x5FF, "Hebr"), (0x600, 0x77F, "Arab"), (0x900, 0x97F, "Deva"), (0x10A0, 0x10FF, "Geor")),
    *((0x3040, 0x309F, "Hira"), (0x30A0, 0x30FF, "Kana"), (0x3400, 0x9FFF, "Hani"), (0xAC00, 0xD7AF, "Hang")),
    *((0xFB50, 0xFDFF, "Arab"), (0xFE70, 0xFEFF, "Arab"), (0x20000, 0x2FFFF, "Hani")),
)
"""First and last code point, script."""
