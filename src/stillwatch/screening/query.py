"""Whom somebody wants looked up, and what they know about them."""

from __future__ import annotations

from dataclasses import dataclass

from stillwatch.core.listed_entity import EntityType, ListedIdentifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    name: str
    """In any script; persons in any order of their names."""
    other_names: tuple[str, ...] = ()
    """The same in other scripts, former names, trade names: the best of all counts."""
    entity_type: EntityType = EntityType.UNKNOWN
    country: str = ""
    """ISO 3166-1 alpha-2 of nationality, seat or billing; empty = not known."""
    birth_date: str = ""
    """ISO date, or as much of it as is known: `1970`, `1970-03`."""
    identifiers: tuple[ListedIdentifier, ...] = ()
    """Registration, tax and passport numbers; without an issuer one agrees with any issuer's."""
    address: str = ""
    """Street, city, country in one line."""
