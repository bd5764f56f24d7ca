"""Six ways in which a name is written otherwise than on the list, each by itself, and near misses that are another's.

>>> from random import Random
>>> from stillwatch.evaluation.invented_names import Culture, invent
>>> name = invent(Culture.SLAVIC, Random(4))
>>> [disturbed(name, kind, Random(1)) for kind in (Disturbance.SCRIPT, Disturbance.SHORTENED)]
['Дмитрий Михайлович Цветовев', 'Dmitriy Tsvetovev']
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from stillwatch.evaluation.invented_names import Culture, InventedName, Piece, Role, invent, latin, native

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random


class Disturbance(StrEnum):
    TYPO = "typo"
    """One or two slips: a letter too many, too few, another, or two turned."""
    ORDER = "order"
    """Words in another order."""
    SHORTENED = "shortened"
    """Initials, no middle name, no place, a line of trade or a form left out."""
    SPELLING = "spelling"
    """Another way to spell it in Latin letters."""
    SCRIPT = "script"
    """In its own script."""
    DRESS = "dress"
    """Titles, capitals, accents, punctuation, spaces, legal forms in another shape."""


_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_TITLES: Final = ("Mr.", "Dr.", "Prof.", "Eng.")


def applies(name: InventedName, kind: Disturbance) -> bool:
    """Whether the name can be disturbed in this way."""
    if kind is Disturbance.SCRIPT:
        return bool(native(name))
    if kind is Disturbance.SPELLING:
        return any(len(set(piece.spellings)) > 1 for piece in name.pieces if piece.role is not Role.FORM)
    return True


def disturbed(name: InventedName, kind: Disturbance, random: Random) -> str:
    ways = {
        Disturbance.TYPO: _with_slips,
        Disturbance.ORDER: _shuffled,
        Disturbance.SHORTENED: _shortened,
        Disturbance.SPELLING: _respelled,
        Disturbance.SCRIPT: _in_own_script,
        Disturbance.DRESS: _dressed,
    }
    return ways[kind](name, random)


def shuffled_with_slips(name: InventedName, random: Random) -> str:
    """Words shuffled, and one or two slips: the protocol of published measurements of retrieval."""
    return _slips(_shuffled(name, random), random)


def near_miss(name: InventedName, random: Random) -> InventedName:
    """Somebody else: one telling piece is another's of the same culture."""
    stranger = {piece.role: piece for piece in invent(name.culture, random).pieces}
    roles = (Role.BRAND,) if name.is_company else (Role.GIVEN, Role.FAMILY)
    role = random.choice(roles)
    return replace(name, pieces=tuple(stranger[role] if piece.role is role else piece for piece in name.pieces))


def _with_slips(name: InventedName, random: Random) -> str:
    return _slips(latin(name), random)


def _slips(text: str, random: Random) -> str:
    for _ in range(random.choice((1, 2))):
        place = random.randrange(len(text))
        slip = random.randrange(4)
        if text[place] == " " and slip != 1:
            continue
        if slip == 0:
            text = text[:place] + text[place + 1 :]
        elif slip == 1:
            text = text[:place] + random.choice(_LETTERS) + text[place:]
        elif slip == 2:
            text = text[:place] + random.choice(_LETTERS) + text[place + 1 :]
        else:
            text = text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :]
    return text


def _shuffled(name: InventedName, random: Random) -> str:
    pieces = list(name.pieces)
    while pieces == list(name.pieces):
        random.shuffle(pieces)
    return " ".join(piece.spellings[0] for piece in pieces)


def _shortened(name: InventedName, random: Random) -> str:
    if name.is_company:
        kept = [piece for piece in name.pieces if piece.role is not random.choice((Role.FORM, Role.PLACE, Role.LINE))]
        return latin(replace(name, pieces=tuple(kept)))
    has_middle = any(piece.role is Role.MIDDLE for piece in name.pieces)
    ways = (("drop",), ("drop", "initial"), ("initial",))[random.randrange(3)] if has_middle else ("initial",)
    told = []
    for piece in name.pieces:
        spelled = piece.spellings[0]
        if piece.role is Role.MIDDLE and "drop" in ways:
            continue
        is_initial = "initial" in ways and piece.role in {Role.GIVEN, Role.MIDDLE}
        told.append(f"{spelled[0]}." if is_initial else spelled)
    return " ".join(told)


def _respelled(name: InventedName, random: Random) -> str:
    system = random.randrange(1, 8)
    if name.culture is Culture.ARABIC:
        return " ".join(random.choice(piece.spellings) for piece in name.pieces)
    return " ".join(_spelling(piece, system) for piece in name.pieces)


def _spelling(piece: Piece, system: int) -> str:
    """Never the usual one, where there is another."""
    if len(piece.spellings) == 1 or piece.role is Role.FORM:
        return piece.spellings[0]
    return piece.spellings[1 + system % (len(piece.spellings) - 1)]


def _in_own_script(name: InventedName, random: Random) -> str:
    return native(name, traditional=random.random() < 0.5)


def _dressed(name: InventedName, random: Random) -> str:
    ways: tuple[Callable[[str], str], ...]
    if name.is_company:
        dressed = " ".join(
            random.choice(piece.spellings) if piece.role is Role.FORM else piece.spellings[0] for piece in name.pieces
        )
        ways = (str.upper, str.lower, str.title, lambda text: text.replace(" ", ", ", 1), lambda text: f"“{text}”")
    else:
        dressed = latin(name)
        title = random.choice(_TITLES)
        ways = (str.upper, str.lower, lambda text: f"{title} {text}", lambda text: text.replace(" ", "-", 1), _bare)
    return random.choice(ways)(dressed)


def _bare(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
