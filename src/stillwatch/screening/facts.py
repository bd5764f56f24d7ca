"""What is known beside the name, and how it moves the odds that somebody is the listed one.

Each fact is a log-likelihood ratio (natural): how much likelier it is to see it of the same person or company than of
another of alike name. A fact that either side does not give says nothing. The ratios are judged, not measured.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.listed_entity import EntityType
from stillwatch.screening.normalise import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.core.listed_entity import ListedAddress, ListedEntity
    from stillwatch.screening.query import Query

SAME_IDENTIFIER: Final = 8.0
OTHER_IDENTIFIER: Final = -1.5
"""Of the same kind and issuer. People renew passports."""
SAME_BIRTH_DATE: Final = 2.0
SAME_BIRTH_YEAR: Final = 0.8
NEAR_BIRTH_YEAR: Final = -0.3
OTHER_BIRTH_DATE: Final = -2.5
SAME_COUNTRY: Final = 0.4
OTHER_COUNTRY: Final = -0.5
"""People and companies move, and lists name few of their countries."""
SAME_CITY: Final = 0.5
SAME_STREET: Final = 1.5
OTHER_TYPE: Final = -2.0
"""A person and a company."""
_YEAR: Final = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_SHARED_STREET: Final = 0.75
_SHORTEST_IDENTIFIER: Final = 5
_WORDS_OF_ADDRESS: Final = 32


class Fact(NamedTuple):
    what: str
    odds: float
    why: str


def facts(query: Query, entity: ListedEntity) -> Iterator[Fact]:
    """What speaks for and against the query being the entity, beside the name."""
    asked = (
        (_types, query.entity_type is not entity.entity_type),
        (_identifiers, bool(query.identifiers)),
        (_births, bool(query.birth_date)),
        (_countries, bool(query.country)),
        (_addresses, bool(query.address)),
    )
    for check, is_known in asked:
        fact = check(query, entity) if is_known else None
        if fact:
            yield fact


def identifier_key(value: str) -> str:
    """An identifier as it is compared; empty where it is too short to tell anybody apart."""
    bare = "".join(letter for letter in value[:64].casefold() if letter.isalnum())
    return bare if len(bare) >= _SHORTEST_IDENTIFIER else ""


def _types(query: Query, entity: ListedEntity) -> Fact | None:
    if EntityType.UNKNOWN in (query.entity_type, entity.entity_type):
        return None
    return Fact("type", OTHER_TYPE, f"{query.entity_type} asked, {entity.entity_type} listed")


def _identifiers(query: Query, entity: ListedEntity) -> Fact | None:
    differs: Fact | None = None
    for asked in query.identifiers:
        key = identifier_key(asked.value)
        for listed in entity.identifiers if key else ():
            if identifier_key(listed.value) == key and _agree(asked.issuer, listed.issuer):
                return Fact("identifier", SAME_IDENTIFIER, f"{listed.kind} {listed.value} is the same")
            if asked.kind == listed.kind and asked.issuer and asked.issuer == listed.issuer:
                differs = Fact("identifier", OTHER_IDENTIFIER, f"{asked.kind} {asked.value}, not {listed.value}")
    return differs


def _agree(one: str, other: str) -> bool:
    return not one or not other or one.casefold() == other.casefold()


def _births(query: Query, entity: ListedEntity) -> Fact | None:
    """The listed date that fits best."""
    found = (_birth(query.birth_date, listed) for listed in entity.birth_dates)
    return max((fact for fact in found if fact), key=lambda fact: fact.odds, default=None)


def _birth(asked: str, listed: str) -> Fact | None:
    years, listed_years = _YEAR.findall(asked[:64]), _YEAR.findall(listed[:64])
    if not years or not listed_years:
        return None
    why = f"born {asked}, listed {listed}"
    gap = min(abs(int(year) - int(other)) for year in years for other in listed_years)
    if gap:
        return Fact("birth date", NEAR_BIRTH_YEAR if gap == 1 else OTHER_BIRTH_DATE, why)
    full = min(len(asked), len(listed)) >= len("1970-01-01")
    if full and sorted(asked.split("-")) == sorted(listed.split("-")):
        return Fact("birth date", SAME_BIRTH_DATE, why)
    return Fact("birth date", NEAR_BIRTH_YEAR if full else SAME_BIRTH_YEAR, why)


def _countries(query: Query, entity: ListedEntity) -> Fact | None:
    listed = {*entity.countries, *(address.country for address in entity.addresses)} - {""}
    if not listed:
        return None
    if query.country.upper() in {country.upper() for country in listed}:
        return Fact("country", SAME_COUNTRY, f"{query.country} is listed")
    return Fact("country", OTHER_COUNTRY, f"{query.country}, listed {', '.join(sorted(listed))}")


def _addresses(query: Query, entity: ListedEntity) -> Fact | None:
    asked = frozenset(fold(query.address).split()[:_WORDS_OF_ADDRESS])
    found = (_address(asked, listed) for listed in entity.addresses)
    return max((fact for fact in found if fact), key=lambda fact: fact.odds, default=None)


def _address(asked: frozenset[str], listed: ListedAddress) -> Fact | None:
    street = frozenset(fold(listed.text).split()[:_WORDS_OF_ADDRESS])
    if len(street) > 1 and len(street & asked) >= _SHARED_STREET * len(street):
        return Fact("address", SAME_STREET, f"{listed.text} is listed")
    city = frozenset(fold(listed.city).split())
    return Fact("address", SAME_CITY, f"{listed.city} is listed") if city and city <= asked else None
