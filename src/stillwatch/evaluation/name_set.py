"""A list of invented names, and people and companies to be looked up on it, of whom it is known whether they are there.

Half of those who are not are near misses: a listed name with its family name, given name or brand exchanged.

>>> made = compose_names(200, asked=60, seed=3)
>>> len(made.listed), len(made.asked), sum(not asked.source_id for asked in made.asked)
(160, 60, 20)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from random import Random
from typing import Final, NamedTuple

from stillwatch.core.listed_entity import AliasStrength, EntityType, ListedEntity, ListedName
from stillwatch.evaluation.invented_names import Culture, InventedName, Piece, Role, invent, latin
from stillwatch.evaluation.name_disturbances import Disturbance, applies, disturbed, near_miss, shuffled_with_slips

SHARES: Final = {
    Culture.LATIN: 0.2,
    Culture.SLAVIC: 0.16,
    Culture.ARABIC: 0.16,
    Culture.CHINESE: 0.1,
    Culture.COMPANY: 0.18,
    Culture.RUSSIAN_COMPANY: 0.08,
    Culture.CHINESE_COMPANY: 0.12,
}
"""Of the list: about as many companies as official lists have."""
SHUFFLED_WITH_SLIPS: Final = "order and typo"
_WITH_ALIAS: Final = 0.25


class Asked(NamedTuple):
    """A name to be looked up."""

    name: str
    entity_type: EntityType
    culture: Culture
    kind: str
    """How it was disturbed; of one who is not listed: `stranger` or `near miss`."""
    source_id: str
    """Whose it is; empty = nobody's on the list."""
    beside: str
    """The listed name it was made from; empty of a stranger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSet:
    listed: tuple[ListedEntity, ...]
    asked: tuple[Asked, ...]


def compose_names(count: int = 20_000, *, asked: int = 9_000, seed: int, cultures: tuple[Culture, ...] = ()) -> NameSet:
    """A list with so many names, aliases among them, and as many to ask for; a third of these are not listed."""
    random = Random(seed)
    drawn = cultures or tuple(SHARES)
    people = _different(round(count / (1 + _WITH_ALIAS)), drawn, random)
    listed = tuple(_listed(name, str(number), random) for number, name in enumerate(people))
    known = _Known(people)
    questions = [_of_listed(people, listed, known, random) for _ in range(asked - asked // 3)]
    questions += [_of_nobody(people, listed, known, random, is_near=index % 2 == 0) for index in range(asked // 3)]
    return NameSet(listed=listed, asked=tuple(questions))


class _Known:
    """Who is listed, for each question to have one answer: who has some of a listed one's names may be that one."""

    def __init__(self, people: list[InventedName]) -> None:
        self._by_piece: dict[Piece, list[frozenset[Piece]]] = {}
        for name in people:
            told = _telling(name)
            for piece in told:
                self._by_piece.setdefault(piece, []).append(told)

        self._short = Counter(_shortest(name) for name in people)

    def tells(self, name: InventedName, kind: Disturbance) -> bool:
        """What stays of the name is nobody else's; where names were shortened, several may share what stays."""
        return kind is not Disturbance.SHORTENED or self._short[_shortest(name)] == 1

    def has(self, name: InventedName) -> bool:
        told = _telling(name)
        return any(told <= other or told >= other for piece in told for other in self._by_piece.get(piece, ()))


def _shortest(name: InventedName) -> tuple[str, ...]:
    """What the name may be shortened to: initial and family name; brand."""
    told = (Role.FAMILY, Role.BRAND)
    kept = [piece.spellings[0] for piece in name.pieces if piece.role in told]
    return *kept, *(piece.spellings[0][0] for piece in name.pieces if piece.role is Role.GIVEN)


def _telling(name: InventedName) -> frozenset[Piece]:
    """Pieces without the legal form, whatever part they play."""
    kept = (piece for piece in name.pieces if piece.role not in {Role.FORM, Role.PLACE})
    return frozenset(replace(piece, role=Role.GIVEN) for piece in kept)


def _different(count: int, cultures: tuple[Culture, ...], random: Random) -> list[InventedName]:
    """So many names, no two alike in Latin letters."""
    found: dict[str, InventedName] = {}
    shares = [SHARES[culture] for culture in cultures]
    while len(found) < count:
        name = invent(random.choices(cultures, shares)[0], random)
        found.setdefault(latin(name).casefold(), name)
    return list(found.values())


def _listed(name: InventedName, source_id: str, random: Random) -> ListedEntity:
    names = [ListedName(text=_as_lists_write(name, random), strength=AliasStrength.PRIMARY)]
    if random.random() < _WITH_ALIAS:
        strength = random.choice((AliasStrength.STRONG, AliasStrength.WEAK))
        names.append(ListedName(text=latin(invent(name.culture, random)), strength=strength))
    return ListedEntity(
        list_name="INVENTED",
        source_id=source_id,
        entity_type=EntityType.ORGANISATION if name.is_company else EntityType.PERSON,
        names=tuple(names),
    )


def _as_lists_write(name: InventedName, random: Random) -> str:
    if name.is_company or random.random() < 0.5:
        return latin(name).upper() if random.random() < 0.5 else latin(name)
    family = " ".join(piece.spellings[0] for piece in name.pieces if piece.role is Role.FAMILY)
    rest = " ".join(piece.spellings[0] for piece in name.pieces if piece.role is not Role.FAMILY)
    return f"{family.upper()}, {rest}"


def _of_listed(people: list[InventedName], listed: tuple[ListedEntity, ...], known: _Known, random: Random) -> Asked:
    kind = random.choice((*Disturbance, None))
    place = random.randrange(len(people))
    while kind and not (applies(people[place], kind) and known.tells(people[place], kind)):
        place = random.randrange(len(people))
    name = people[place]
    text = disturbed(name, kind, random) if kind else shuffled_with_slips(name, random)
    return Asked(
        name=text,
        entity_type=listed[place].entity_type,
        culture=name.culture,
        kind=kind or SHUFFLED_WITH_SLIPS,
        source_id=listed[place].source_id,
        beside=listed[place].names[0].text,
    )


def _of_nobody(
    people: list[InventedName], listed: tuple[ListedEntity, ...], known: _Known, random: Random, *, is_near: bool
) -> Asked:
    while True:
        place = random.randrange(len(people))
        name = near_miss(people[place], random) if is_near else invent(people[place].culture, random)
        if not known.has(name):
            break
    return Asked(
        name=latin(name),
        entity_type=listed[place].entity_type,
        culture=name.culture,
        kind="near miss" if is_near else "stranger",
        source_id="",
        beside=listed[place].names[0].text if is_near else "",
    )
