"""Somebody or something on a screening list, as every reader of lists gives it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EntityType(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    UNKNOWN = "unknown"


class AliasStrength(StrEnum):
    """`weak`: broad, common or unreliable, as its list says; a match of it alone weighs less."""

    PRIMARY = "primary"
    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedName:
    text: str
    strength: AliasStrength = AliasStrength.STRONG
    script: str = ""
    """ISO 15924, such as `Latn`, `Hani`, `Cyrl`; empty = not stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAddress:
    text: str
    """Street and whatever else, as the list has it."""
    city: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2, where the list or its words give one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedIdentifier:
    kind: str
    value: str
    issuer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerLink:
    owner_id: str
    """Source id of the owner on the same list, or of a declared ownership file."""
    share: float | None
    """0..1; None = owned, the share is not known."""
    valid_from: str = ""
    """ISO date; empty = not stated."""
    valid_until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEntity:
    list_name: str
    """Source within the list where it is consolidated: `EL`, `SDN`, ..."""
    source_id: str
    """Stable within its list."""
    entity_type: EntityType
    names: tuple[ListedName, ...]
    """The primary name first."""
    addresses: tuple[ListedAddress, ...] = ()
    identifiers: tuple[ListedIdentifier, ...] = ()
    birth_dates: tuple[str, ...] = ()
    """ISO dates, or years where the list has no more."""
    birth_places: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """Nationalities, citizenships, jurisdictions: ISO 3166-1 alpha-2 where known."""
    programmes: tuple[str, ...] = ()
    start_date: str = ""
    end_date: str = ""
    owners: tuple[OwnerLink, ...] = ()
    raw: str = ""
    """The source's row or element, lossless, as JSON."""
