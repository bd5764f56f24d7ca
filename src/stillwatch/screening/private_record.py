"""One entry of a private list, however it was written: what its CSV and its JSON have in common.

Fields: `id` and `name` are needed. `type` (person, organisation, vessel), `aliases`, `weak_aliases`, `addresses`,
`city`, `countries`, `identifiers` (`kind: value` or a value alone), `birth_dates`, `birth_places`, `programmes`,
`start_date`, `end_date`, `owners` (`id`, or `id = 60%`) may be missing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.listed_entity import EntityType, ListedAddress, ListedEntity, ListedIdentifier, OwnerLink
from stillwatch.screening.countries import country_code
from stillwatch.screening.list_dates import iso_dates, iso_day
from stillwatch.screening.list_names import listed_names
from stillwatch.screening.shares import read_share

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS: Final = (
    *("id", "name", "type", "aliases", "weak_aliases", "addresses", "city", "countries", "identifiers", "birth_dates"),
    *("birth_places", "programmes", "start_date", "end_date", "owners", "as_of", "reason", "source"),
)
_TYPES: Final = {
    "person": EntityType.PERSON,
    "individual": EntityType.PERSON,
    "organisation": EntityType.ORGANISATION,
    "organization": EntityType.ORGANISATION,
    "company": EntityType.ORGANISATION,
    "entity": EntityType.ORGANISATION,
    "vessel": EntityType.VESSEL,
}


def entity_of(record: Mapping[str, Any], list_name: str) -> ListedEntity:
    """The entry as an entity.

    Raises:
        ValueError: It has no id or no name.
    """
    name, source_id = _text(record, "name"), _text(record, "id")
    if not name or not source_id:
        raise ValueError("the entry has no id or no name")
    return ListedEntity(
        list_name=list_name,
        source_id=source_id,
        entity_type=_TYPES.get(_text(record, "type").lower(), EntityType.UNKNOWN),
        names=listed_names(name, _listed(record, "aliases"), _listed(record, "weak_aliases")),
        addresses=tuple(_address(text, _text(record, "city")) for text in _listed(record, "addresses")),
        identifiers=tuple(map(_identifier, _listed(record, "identifiers"))),
        birth_dates=iso_dates(";".join(_listed(record, "birth_dates"))),
        birth_places=_listed(record, "birth_places"),
        countries=tuple(dict.fromkeys(filter(None, map(country_code, _listed(record, "countries"))))),
        programmes=_listed(record, "programmes"),
        start_date=iso_day(_text(record, "start_date")),
        end_date=iso_day(_text(record, "end_date")),
        owners=tuple(map(_owner, _listed(record, "owners"))),
        raw=json.dumps(record, ensure_ascii=False, default=str),
    )


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return "" if value is None or isinstance(value, list | dict) else str(value).strip()


def _listed(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Of a CSV, parts between `;`; of JSON, the list."""
    value = record.get(name)
    parts = value if isinstance(value, list) else str(value or "").split(";")
    return tuple(dict.fromkeys(text for part in parts if (text := str(part).strip())))


def _address(text: str, city: str) -> ListedAddress:
    return ListedAddress(text=text, city=city, country=country_code(text.rpartition(",")[2]))


def _identifier(text: str) -> ListedIdentifier:
    kind, colon, value = text.partition(":")
    return ListedIdentifier(kind=kind.strip() if colon else "", value=(value if colon else kind).strip())


def _owner(text: str) -> OwnerLink:
    owner, _, share = text.partition("=")
    return OwnerLink(owner_id=owner.strip(), share=read_share(share))
