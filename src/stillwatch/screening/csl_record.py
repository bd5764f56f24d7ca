"""One record of the Consolidated Screening List, however it was written: what its CSV and its JSON have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stillwatch.core.listed_entity import EntityType, ListedEntity
from stillwatch.screening.countries import country_code
from stillwatch.screening.list_dates import iso_dates, iso_day
from stillwatch.screening.list_names import listed_names

if TYPE_CHECKING:
    from stillwatch.core.listed_entity import ListedAddress, ListedIdentifier

PUBLISHED: Final = "https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated"
LICENCE: Final = "public domain (work of the United States government)"
STALE_AFTER_DAYS: Final = 3
"""It is published each day."""
PLAUSIBLE: Final = {"organisation": (7_600, 17_900), "person": (6_300, 14_900)}
_SOURCE: Final = re.compile(r"\(([A-Z]{2,5})\)")
_TYPES: Final = {
    "individual": EntityType.PERSON,
    "entity": EntityType.ORGANISATION,
    "vessel": EntityType.VESSEL,
}
_NOT_IDENTIFIERS: Final = frozenset(("gender", "title", "website", "nationality of registration"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CslRecord:
    id: str
    source: str
    """Such as `Entity List (EL) - Bureau of Industry and Security`."""
    entity_number: str
    type: str
    name: str
    alt_names: tuple[str, ...]
    programs: tuple[str, ...]
    addresses: tuple[ListedAddress, ...]
    identifiers: tuple[ListedIdentifier, ...]
    birth_dates: str
    birth_places: tuple[str, ...]
    countries: tuple[str, ...]
    start_date: str
    end_date: str
    raw: str


def entity_of(record: CslRecord) -> ListedEntity:
    """The record as an entity of its own source list.

    Entries of the Treasury are known by the number that the Treasury gave them, so that the same one on OFAC's own list
    has the same id.

    Raises:
        ValueError: It has no name or no id.
    """
    source_id = record.entity_number or record.id
    if not record.name.strip() or not source_id:
        raise ValueError("the record has no name" if source_id else "the record has no id")
    return ListedEntity(
        list_name=source_of(record.source),
        source_id=source_id,
        entity_type=_TYPES.get(record.type.strip().lower(), EntityType.UNKNOWN),
        names=listed_names(record.name, record.alt_names),
        addresses=record.addresses,
        identifiers=record.identifiers,
        birth_dates=iso_dates(record.birth_dates),
        birth_places=record.birth_places,
        countries=tuple(dict.fromkeys(filter(None, map(country_code, record.countries)))),
        programmes=record.programs,
        start_date=iso_day(record.start_date),
        end_date=iso_day(record.end_date),
        raw=record.raw,
    )


def source_of(source: str) -> str:
    """The abbreviation in a source's name, or all of it."""
    found = _SOURCE.search(source)
    return found[1] if found else source.strip()


def is_identifier(kind: str) -> bool:
    """Whether what stands among the ids is one: sanctions' legal texts, e-mails and genders stand there too."""
    plain = kind.strip().lower()
    return bool(plain) and not plain.endswith((":", "-")) and plain not in _NOT_IDENTIFIERS
