"""The Consolidated Screening List of the United States as CSV: `consolidated.csv`, with the BIS Entity List in it.

Published: by the International Trade Administration, each day at 05:00 Eastern time.

Traps: several addresses, aliases and ids stand in one column, parted by `;`, the last alias with an `and`. A name goes
on with "and any successor, sub-unit, or subsidiary thereof". Among the ids stand remarks. Its copy of OFAC's lists can
lag: read those too, and the difference is shown.
"""

from __future__ import annotations

import json
import re
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
from stillwatch.screening.csl_record import (
    LICENCE,
    PLAUSIBLE,
    PUBLISHED,
    STALE_AFTER_DAYS,
    CslRecord,
    entity_of,
    is_identifier,
)
from stillwatch.screening.list_format import ListCase, ListFormat, ReadList, Refused
from stillwatch.screening.list_rows import header_of, table_rows

if TYPE_CHECKING:
    from stillwatch.screening.list_format import ListFiles

_NEEDED: Final = frozenset(("source", "entity_number", "name", "alt_names", "addresses", "federal_register_notice"))
_PARTS: Final = re.compile(r"\s*;\s*")


def _matches(files: ListFiles) -> bool:
    return len(files) == 1 and all(set(header_of(data)) >= _NEEDED for data in files.values())


def _read(files: ListFiles, list_name: str) -> ReadList:
    del list_name  # each record names its source
    ((name, data),) = files.items()
    entities: list[ListedEntity] = []
    refused: list[Refused] = []
    for line, row in table_rows(data, name, _NEEDED):
        try:
            entities.append(entity_of(_record(row)))
        except ValueError as error:
            refused.append(Refused(f"{name}:{line}", str(error)))
    if not entities:
        raise InputError("the list holds nobody", where=name, mend="fetch it again")
    return ReadList(entities=tuple(entities), refused=tuple(refused))


def _record(row: dict[str, str]) -> CslRecord:
    return CslRecord(
        id=row.get("_id") or row.get("id") or f"{row['source']}/{row['name']}",
        source=row["source"],
        entity_number=row["entity_number"],
        type=row.get("type", ""),
        name=row["name"],
        alt_names=_listed(row["alt_names"]),
        programs=_listed(row.get("programs", "")),
        addresses=tuple(map(_address, _listed(row["addresses"]))),
        identifiers=tuple(found for text in _listed(row.get("ids", "")) if (found := _identifier(text))),
        birth_dates=row.get("dates_of_birth", ""),
        birth_places=_listed(row.get("places_of_birth", "")),
        countries=(*_listed(row.get("nationalities", "")), *_listed(row.get("citizenships", ""))),
        start_date=row.get("start_date", ""),
        end_date=row.get("end_date", ""),
        raw=json.dumps(row, ensure_ascii=False),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in _PARTS.split(text) if part)


def _address(text: str) -> ListedAddress:
    """`street, city, state, code, CC`; which part the city is cannot be told from the others."""
    plain = text.removeprefix("and ").strip()
    last = plain.rpartition(",")[2]
    return ListedAddress(text=plain, country=country_code(last))


def _identifier(text: str) -> ListedIdentifier | None:
    """`kind, value, CC`; the first files had `CC, value, kind`."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > 2 and country_code(parts[0]) and len(parts[0]) == 2:
        parts = [parts[-1], *parts[1:-1], parts[0]]
    if len(parts) < 2 or not is_identifier(parts[0]):
        return None
    issuer = country_code(parts[2]) if len(parts) > 2 else ""
    return ListedIdentifier(kind=parts[0], value=parts[1], issuer=issuer)


_HEADER: Final = (
    "_id,source,entity_number,type,programs,name,title,addresses,federal_register_notice,start_date,end_date,"
    "standard_order,license_requirement,license_policy,call_sign,vessel_type,gross_tonnage,gross_registered_tonnage,"
    "vessel_flag,vessel_owner,remarks,source_list_url,alt_names,citizenships,dates_of_birth,nationalities,"
    "places_of_birth,source_information_url,ids"
)
_ROW: Final = (
    '"e-1","Entity List (EL) - Bureau of Industry and Security","","","","Orrin Lattice Works (OLW); and any successor '
    'thereof","","9 Quay Road, Veldt, CN; and 4 Mill Lane, Veldt, CN","90 FR 1","2025-01-02","","","For all items",'
    '"Presumption of denial","","","","","","","","https://example.org","Orrin Lattice; and Lattice Works Orrin","","",'
    '"","","https://example.org","Registration ID, 77-A, CN; Gender, Male"'
)
_FILES: Final = {"consolidated.csv": f"{_HEADER}\n{_ROW}\n".encode()}
_ENTITY: Final = ListedEntity(
    list_name="EL",
    source_id="e-1",
    entity_type=EntityType.UNKNOWN,
    names=(
        ListedName(text="Orrin Lattice Works", strength=AliasStrength.PRIMARY, script="Latn"),
        ListedName(text="Orrin Lattice", script="Latn"),
        ListedName(text="Lattice Works Orrin", script="Latn"),
        ListedName(text="OLW", strength=AliasStrength.WEAK, script="Latn"),
    ),
    addresses=(
        ListedAddress(text="9 Quay Road, Veldt, CN", country="CN"),
        ListedAddress(text="4 Mill Lane, Veldt, CN", country="CN"),
    ),
    identifiers=(ListedIdentifier(kind="Registration ID", value="77-A", issuer="CN"),),
    start_date="2025-01-02",
)

FORMAT: Final = ListFormat(
    name="csl_csv",
    title="Consolidated Screening List, CSV",
    published=(f"{PUBLISHED}.csv",),
    licence=LICENCE,
    stale_after_days=STALE_AFTER_DAYS,
    matches=_matches,
    read=_read,
    least=PLAUSIBLE,
    cases=(ListCase("an entry of the Entity List", _FILES, ReadList(entities=(_ENTITY,))),),
)
