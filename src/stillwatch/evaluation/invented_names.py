"""Invented names of persons and companies, with the ways their bearers might write them.

Each name is made of pieces: how a piece is spelled in Latin letters (the usual way first), and how in its own script.
The tables (`name_set.toml`) and the rules of spelling are written for this set alone and share nothing with what reads
names.

>>> from random import Random
>>> name = invent(Culture.SLAVIC, Random(4))
>>> latin(name), latin(name, system=2), native(name)
('Dmitriy Mikhaylovich Tsvetovev', 'Dmitrii Michailowitsch Zwetowew', 'Дмитрий Михайлович Цветовев')
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from random import Random


class Culture(StrEnum):
    """Whose way of naming; the last three are companies."""

    LATIN = "latin"
    SLAVIC = "slavic"
    ARABIC = "arabic"
    CHINESE = "chinese"
    COMPANY = "company"
    RUSSIAN_COMPANY = "russian company"
    CHINESE_COMPANY = "chinese company"


class Role(StrEnum):
    """What a piece does in its name."""

    GIVEN = "given"
    MIDDLE = "middle"
    FAMILY = "family"
    PLACE = "place"
    BRAND = "brand"
    LINE = "line"
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    role: Role
    spellings: tuple[str, ...]
    """In Latin letters, the usual one first."""
    native: str = ""
    """In its own script, where that is another."""
    traditional: str = ""
    """In traditional characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedName:
    culture: Culture
    pieces: tuple[Piece, ...]
    """In the order of the country."""

    @property
    def is_company(self) -> bool:
        return self.culture in _COMPANIES


_COMPANIES: Final = frozenset((Culture.COMPANY, Culture.RUSSIAN_COMPANY, Culture.CHINESE_COMPANY))
_WITHOUT_SPACES: Final = frozenset((Culture.CHINESE, Culture.CHINESE_COMPANY))
_HAS_MIDDLE: Final = 0.4


def latin(name: InventedName, *, system: int = 0) -> str:
    """In Latin letters, by one way of spelling."""
    return " ".join(piece.spellings[system % len(piece.spellings)] for piece in name.pieces)


def native(name: InventedName, *, traditional: bool = False) -> str:
    """In its own script; empty where that is Latin."""
    space = "" if name.culture in _WITHOUT_SPACES else " "
    return space.join((piece.traditional if traditional else "") or piece.native for piece in name.pieces).strip()


def invent(culture: Culture, random: Random) -> InventedName:
    makers = {
        Culture.LATIN: _latin,
        Culture.SLAVIC: _slavic,
        Culture.ARABIC: _arabic,
        Culture.CHINESE: _chinese,
        Culture.COMPANY: _company,
        Culture.RUSSIAN_COMPANY: _russian_company,
        Culture.CHINESE_COMPANY: _chinese_company,
    }
    return InventedName(culture=culture, pieces=makers[culture](_tables(), random))


def _latin(tables: dict[str, Any], random: Random) -> tuple[Piece, ...]:
    table = tables["latin"]
    names = [(Role.GIVEN, _common(table["given"], random))]
    if random.random() < _HAS_MIDDLE:
        names.append((Role.MIDDLE, _common(table["given"], random)))
    names.append((Role.FAMILY, _syllables(table, random)))
    return tuple(Piece(role=role, spellings=(text,)) for role, text in names)


def _slavic(tables: dict[str, Any], random: Random) -> tuple[Piece, ...]:
    table = tables["slavic"]
    names = [(Role.GIVEN, _common(table["given"], random))]
    if random.random() < _HAS_MIDDLE:
        names.append((Role.MIDDLE, random.choice(table["patronymic"])))
    names.append((Role.FAMILY, _syllables(table, random)))
    return tuple(_cyrillic(role, text) for role, text in names)


def _cyrillic(role: Role, text: str) -> Piece:
    systems = _tables()["slavic"]["systems"]
    plain: dict[str, str] = systems["plain"]
    ways = (str.maketrans(plain | rules) for system, rules in systems.items() if system != "plain")
    spellings = (text.lower().translate(way) for way in ways)
    return Piece(role=role, spellings=tuple(spelling.title() for spelling in spellings), native=text)


def _arabic(tables: dict[str, Any], random: Random) -> tuple[Piece, ...]:
    table = tables["arabic"]
    drawn = [(Role.GIVEN, _common(table["given"], random)), (Role.MIDDLE, _common(table["given"], random))]
    if random.random() < _HAS_MIDDLE:
        drawn.append((Role.MIDDLE, _common(table["given"], random)))
    drawn.append((Role.FAMILY, random.choice(table["family"])))
    return tuple(_spelled(role, entry) for role, entry in drawn)


def _spelled(role: Role, entry: str) -> Piece:
    written, *spellings = (text.replace("_", " ") for text in entry.split())
    return Piece(role=role, spellings=tuple(spellings), native=written)


def _chinese(tables: dict[str, Any], random: Random) -> tuple[Piece, ...]:
    table = tables["chinese"]
    given = [random.choice(table["given"]) for _ in range(2 if random.random() < 0.75 else 1)]
    return _characters(Role.FAMILY, [random.choice(table["family"])]), _characters(Role.GIVEN, given)


def _characters(role: Role, entries: list[str]) -> Piece:
    """Entries are the simplified characters, as many traditional ones, and the reading."""
    han = ["".join(letter for letter in entry if not letter.isascii()) for entry in entries]
    readings = ["".join(letter for letter in entry if letter.isascii()) for entry in entries]
    spellings = ["".join(readings).title()]
    if len(entries) > 1:
        spellings += ["-".join(readings).title(), " ".join(readings).title()]
    simple, full = (
        "".join(text[start : start + len(text) // 2] for text in han for start in (half * (len(text) // 2),))
        for half in (0, 1)
    )
    return Piece(role=role, spellings=tuple(spellings), native=simple, traditional=full)


def _company(tables: dict[str, Any], random: Random) -> tuple[Piece, ...]:
    table = tables["company"]
    texts: list[tuple[Role, tuple[str, ...]]]
    texts = [(Role.PLACE, (random.choice(table["place"]),)), (Role.BRAND, (_syllables(table, random),))]
    texts += [(Role.LINE, (random.choice(table["line"]),)), (Role.FORM, _forms(random.choice(table["form"])))]
    return tuple(Piece(role=role, spellings=spellings) for role, spellings in texts if spellings[0])


def _russian_company(tables: dict[str, Any], random: Random) -> tuple[Piece, ...]:
    table = tables["russian_company"]
    form, *forms = _forms(random.choice(table["form"]))
    line, *lines = _forms(random.choice(table["line"]))
    return (
        Piece(role=Role.FORM, spellings=tuple(forms), native=form),
        _cyrillic(Role.BRAND, _syllables(table, random)),
        Piece(role=Role.LINE, spellings=tuple(lines), native=line),
    )


def _chinese_company(tables: dict[str, Any], random: Random) -> tuple[Piece, ...]:
    table = tables["chinese"]
    brand = [random.choice(table["brand"]) for _ in range(3 if random.random() < 0.3 else 2)]
    pieces = [_characters(Role.BRAND, brand)]
    if random.random() < 0.6:
        pieces.insert(0, _characters(Role.PLACE, [random.choice(table["place"])]))
    for role in (Role.LINE, Role.FORM):
        simple, full, english = _forms(random.choice(table[role]))
        pieces.append(Piece(role=role, spellings=(english,), native=simple, traditional=full))
    return tuple(pieces)


def _forms(entry: str) -> tuple[str, ...]:
    return tuple(text.replace("_", " ") for text in entry.split())


def _syllables(table: dict[str, Any], random: Random) -> str:
    return "".join(random.choice(table[part]) for part in ("first", "middle", "last"))


def _common(entries: list[str], random: Random) -> str:
    """Early entries oftener than late ones, as names are."""
    return entries[int(len(entries) * random.random() ** 1.5)]


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((files("stillwatch.evaluation") / "name_set.toml").read_text(encoding="utf-8"))
