"""OpenSanctions' `targets.simple.csv`: one row a target, what is more than one parted by `;`.

Published: by OpenSanctions, several times a day, under CC BY-NC 4.0; business use needs a licence.

Traps: weak aliases stand among the others; owners and the kinds of identifiers are missing (`entities.ftm.json` has
them).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError
from stillwatch.core.listed_entity import (
    AliasStrength,
    EntityType,
    ListedAddress,
    ListedEntity,
    ListedIdentifier,
    ListedName,
)
from stillwatch.screening.countries import country_code
from stillwatch.screening.list_dates import iso_dates
from stillwatch.screening.list_format import ListCase, ListFormat, ReadList, Refused
from stillwatch.screening.list_names import listed_names
from stillwatch.screening.list_rows import header_of, table_rows

if TYPE_CHECKING:
    from stillwatch.screening.list_format import ListFiles

_NEEDED: Final = frozenset(("id", "schema", "name", "aliases", "birth_date", "countries", "sanctions", "dataset"))
_TYPES: Final = {
    "Person": EntityType.PERSON,
    "Vessel": EntityType.VESSEL,
    "Company": EntityType.ORGANISATION,
    "Organization": EntityType.ORGANISATION,
    "LegalEntity": EntityType.ORGANISATION,
    "PublicBody": EntityType.ORGANISATION,
}


def _matches(files: ListFiles) -> bool:
    return len(files) == 1 and all(set(header_of(data)) >= _NEEDED for data in files.values())


def _read(files: ListFiles, list_name: str) -> ReadList:
    ((name, data),) = files.items()
    entities: list[ListedEntity] = []
    refused: list[Refused] = []
    seen: list[str] = []
    for line, row in table_rows(data, name, _NEEDED):
        if not row["id"] or not row["name"]:
            refused.append(Refused(f"{name}:{line}", "the row has no id or no name"))
            continue
        entities.append(_entity(row, list_name))
        seen.append(row.get("last_seen", "")[:10])
    if not entities:
        raise InputError("the list holds nobody", where=name, mend="fetch it again")
    return ReadList(entities=tuple(entities), refused=tuple(refused), as_of=max(seen))


def _entity(row: dict[str, str], list_name: str) -> ListedEntity:
    return ListedEntity(
        list_name=list_name,
        source_id=row["id"],
        entity_type=_TYPES.get(row["schema"], EntityType.UNKNOWN),
        names=listed_names(row["name"], _listed(row["aliases"])),
        addresses=tuple(ListedAddress(text=text) for text in _listed(row.get("addresses", ""))),
        identifiers=tuple(ListedIdentifier(kind="", value=text) for text in _listed(row.get("identifiers", ""))),
        birth_dates=iso_dates(row["birth_date"]),
        countries=tuple(filter(None, map(country_code, _listed(row["countries"])))),
        programmes=_listed(row.get("program_ids", "")) or _listed(row["sanctions"])[:3],
        raw=json.dumps(row, ensure_ascii=False),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for one in text.split(";") if (part := one.strip())))


_TEXT: Final = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,program_ids,dataset,"
    "first_seen,last_seen,last_change\n"
    'q-1,Person,Barnaby Quillfeather,"Barney Quillfeather;Барнаби Квилфезер",1961-02-03,kp,"9 Quay Road, Veldt",X77,'
    '"Example Order 7",,,EX-1,Example Sanctions,2020-03-04,2026-11-20T06:00:00,2024-01-01\n'
)
_PERSON: Final = ListedEntity(
    list_name="EXAMPLE",
    source_id="q-1",
    entity_type=EntityType.PERSON,
    names=(
        ListedName(text="Barnaby Quillfeather", strength=AliasStrength.PRIMARY, script="Latn"),
        ListedName(text="Barney Quillfeather", script="Latn"),
        ListedName(text="Барнаби Квилфезер", script="Cyrl"),
    ),
    addresses=(ListedAddress(text="9 Quay Road, Veldt"),),
    identifiers=(ListedIdentifier(kind="", value="X77"),),
    birth_dates=("1961-02-03",),
    countries=("KP",),
    programmes=("EX-1",),
)

FORMAT: Final = ListFormat(
    name="targets_csv",
    title="OpenSanctions targets, simple CSV",
    published=("https://data.opensanctions.org/datasets/latest/sanctions/targets.simple.csv",),
    licence="OpenSanctions: CC BY-NC 4.0, business use needs a licence",
    stale_after_days=3,
    matches=_matches,
    read=_read,
    least={},
    cases=(
        ListCase("a person", {"targets.simple.csv": _TEXT.encode()}, ReadList(entities=(_PERSON,), as_of="2026-11-20")),
    ),
)
