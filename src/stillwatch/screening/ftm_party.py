"""A party in FollowTheMoney, with what other entities of the file say of it.

entity_of("q-1", read, "opensanctions", owners=[])
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.listed_entity import EntityType, ListedAddress, ListedEntity, ListedIdentifier, OwnerLink
from stillwatch.screening.countries import country_code
from stillwatch.screening.list_json import objects, texts
from stillwatch.screening.list_names import listed_names

if TYPE_CHECKING:
    from stillwatch.core.holding import Holding
    from stillwatch.screening.list_format import Refused

_PERSONS: Final = frozenset(("Person",))
_BODIES: Final = frozenset(("Company", "Organization", "PublicBody", "LegalEntity", "Asset"))
_VESSELS: Final = frozenset(("Vessel",))
_OTHERS: Final = frozenset(("Airplane", "CryptoWallet", "Security", "Vehicle"))
PARTIES: Final = _PERSONS | _BODIES | _VESSELS | _OTHERS
_IDENTIFIERS: Final = (
    *("registrationNumber", "idNumber", "taxNumber", "vatCode", "passportNumber", "leiCode", "innCode", "ogrnCode"),
    *(
        "okpoCode",
        "jurisdictionCode",
        "dunsCode",
        "imoNumber",
        "mmsi",
        "swiftBic",
        "uniqueEntityId",
        "socialSecurityNumber",
    ),
    *("npiCode", "isin", "unscId"),
)


@dataclass(slots=True)
class FtmRead:
    """The entities of a file: parties and addresses by id, the others by whom they are about."""

    parties: dict[str, dict[str, Any]] = field(default_factory=dict)
    addresses: dict[str, dict[str, Any]] = field(default_factory=dict)
    sanctions: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    documents: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    ownerships: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def references(properties: dict[str, Any], name: str) -> tuple[str, ...]:
    """Ids that a property names, whether the entity stands there or its id alone."""
    nested = tuple(str(one.get("id")) for one in objects(properties, name))
    return texts(properties, name) + nested


def owner_link(one: Holding) -> OwnerLink:
    return OwnerLink(
        owner_id=one.owner.partition(":")[2], share=one.share, valid_from=one.valid_from, valid_until=one.valid_until
    )


def entity_of(key: str, read: FtmRead, list_name: str, owners: list[OwnerLink]) -> ListedEntity:
    party = read.parties[key]
    properties, sanctions = party["properties"], read.sanctions[key]
    names = texts(properties, "name") or texts(properties, "alias")
    aliases = (*names[1:], *texts(properties, "alias"), *texts(properties, "previousName"))
    started = [day[:10] for one in sanctions for day in (*texts(one, "startDate"), *texts(one, "listingDate"))]
    ended = [day[:10] for one in sanctions for day in texts(one, "endDate")]
    return ListedEntity(
        list_name=list_name,
        source_id=key,
        entity_type=_type(party["schema"]),
        names=listed_names(names[0], aliases, (*texts(properties, "weakAlias"), *texts(properties, "abbreviation"))),
        addresses=_addresses(properties, read),
        identifiers=_identifiers(properties, read.documents[key]),
        birth_dates=tuple(day[:10] for day in texts(properties, "birthDate")),
        birth_places=texts(properties, "birthPlace"),
        countries=_countries(properties),
        programmes=tuple(dict.fromkeys(text for one in sanctions for text in texts(one, "program"))),
        start_date=min(started, default=""),
        end_date=max(ended, default="") if len(ended) == len(sanctions) else "",
        owners=tuple(owners),
        raw=orjson.dumps(party).decode(),
    )


def _type(schema: str) -> EntityType:
    kinds = ((_PERSONS, EntityType.PERSON), (_BODIES, EntityType.ORGANISATION), (_VESSELS, EntityType.VESSEL))
    return next((kind for schemas, kind in kinds if schema in schemas), EntityType.UNKNOWN)


def _countries(properties: dict[str, Any]) -> tuple[str, ...]:
    names = ("country", "nationality", "citizenship", "jurisdiction", "flag")
    return tuple(dict.fromkeys(filter(None, (country_code(one) for name in names for one in texts(properties, name)))))


def _addresses(properties: dict[str, Any], read: FtmRead) -> tuple[ListedAddress, ...]:
    known = [read.addresses[key] for key in references(properties, "addressEntity") if key in read.addresses]
    full = [
        ListedAddress(
            text=next(iter(texts(one, "full")), "") or ", ".join((*texts(one, "street"), *texts(one, "city"))),
            city=next(iter(texts(one, "city")), ""),
            country=next((code for text in texts(one, "country") if (code := country_code(text))), ""),
        )
        for one in known
    ]
    return (*full, *(ListedAddress(text=text) for text in texts(properties, "address")))


def _identifiers(properties: dict[str, Any], documents: list[dict[str, Any]]) -> tuple[ListedIdentifier, ...]:
    own = [ListedIdentifier(kind=kind, value=value) for kind in _IDENTIFIERS for value in texts(properties, kind)]
    shown = [
        ListedIdentifier(
            kind=next(iter(texts(one, "type")), "document"),
            value=value,
            issuer=next((code for text in texts(one, "country") if (code := country_code(text))), ""),
        )
        for one in documents
        for value in texts(one, "number")
    ]
    return tuple(dict.fromkeys((*own, *shown)))
