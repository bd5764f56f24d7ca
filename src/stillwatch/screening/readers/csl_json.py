"""The Consolidated Screening List of the United States as JSON: `consolidated.json`, or a reply of its search API.

Published: as its CSV, each day; also at `https://api.trade.gov/static/consolidated_screening_list/consolidated.json`.

Traps: as for the CSV. `sources_used` says when each source was last updated: the earliest is the date of the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

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
from stillwatch.screening.list_dates import iso_dates
from stillwatch.screening.list_format import ListCase, ListFormat, ReadList, Refused
from stillwatch.screening.list_json import loaded, objects, text, texts

if TYPE_CHECKING:
    from stillwatch.screening.list_format import ListFiles

_HEAD: Final = 65_536


def _matches(files: ListFiles) -> bool:
    if len(files) != 1:
        return False
    head = next(iter(files.values()))[:_HEAD].lstrip()
    return head[:1] in (b"{", b"[") and (b'"source_list_url"' in head or b'"federal_register_notice"' in head)


def _read(files: ListFiles, list_name: str) -> ReadList:
    del list_name  # each record names its source
    ((name, data),) = files.items()
    document = loaded(data, name)
    records = document.get("results") if isinstance(document, dict) else document
    if not isinstance(records, list) or not records:
        raise InputError("the list holds nobody", where=name, mend="fetch it again")
    entities: list[ListedEntity] = []
    refused: list[Refused] = []
    for number, record in enumerate(records, 1):
        try:
            entities.append(entity_of(_record(record)))
        except (ValueError, TypeError) as error:
            refused.append(Refused(f"{name}: record {number}", str(error)))
    return ReadList(entities=tuple(entities), refused=tuple(refused), as_of=_as_of(document))


def _record(record: Any) -> CslRecord:
    if not isinstance(record, dict):
        raise TypeError("the record is no object")
    return CslRecord(
        id=text(record, "id") or text(record, "_id"),
        source=text(record, "source"),
        entity_number=text(record, "entity_number"),
        type=text(record, "type"),
        name=text(record, "name"),
        alt_names=texts(record, "alt_names"),
        programs=texts(record, "programs"),
        addresses=tuple(map(_address, objects(record, "addresses"))),
        identifiers=tuple(found for one in objects(record, "ids") if (found := _identifier(one))),
        birth_dates="; ".join(texts(record, "dates_of_birth")),
        birth_places=texts(record, "places_of_birth"),
        countries=(*texts(record, "nationalities"), *texts(record, "citizenships")),
        start_date=text(record, "start_date"),
        end_date=text(record, "end_date"),
        raw=orjson.dumps(record).decode(),
    )


def _address(plain: dict[str, Any]) -> ListedAddress:
    parts = [text(plain, name) for name in ("address", "city", "state", "postal_code", "country")]
    return ListedAddress(text=", ".join(filter(None, parts)), city=parts[1], country=country_code(parts[4]))


def _identifier(plain: dict[str, Any]) -> ListedIdentifier | None:
    kind, value = text(plain, "type"), text(plain, "number")
    if not value or not is_identifier(kind):
        return None
    return ListedIdentifier(kind=kind, value=value, issuer=country_code(text(plain, "country")))


def _as_of(document: Any) -> str:
    sources = objects(document, "sources_used") if isinstance(document, dict) else ()
    days = [found[0] for one in sources if (found := iso_dates(text(one, "source_last_updated")[:10]))]
    return min(days, default="")


_RECORD: Final = {
    "id": "f00d",
    "source": "Specially Designated Nationals (SDN) - Treasury Department",
    "entity_number": "90001",
    "type": "Individual",
    "programs": ["EXAMPLE"],
    "name": "QUILLFEATHER, Barnaby",
    "addresses": [{"address": "9 Quay Road", "city": "Veldt", "state": None, "postal_code": "77", "country": "KP"}],
    "federal_register_notice": None,
    "alt_names": ["QUILLFEATHER, Barney"],
    "dates_of_birth": ["1961-02-03"],
    "places_of_birth": ["Veldt"],
    "nationalities": ["KP"],
    "citizenships": [],
    "ids": [{"type": "Passport", "number": "X77", "country": "KP", "issue_date": None}],
    "source_list_url": "https://example.org",
}
_USED: Final = [{"source": "SDN", "source_last_updated": "2026-11-20T09:00:00+00:00"}]
_FILES: Final = {"consolidated.json": orjson.dumps({"total": 1, "sources_used": _USED, "results": [_RECORD]})}
_ENTITY: Final = ListedEntity(
    list_name="SDN",
    source_id="90001",
    entity_type=EntityType.PERSON,
    names=(
        ListedName(text="QUILLFEATHER, Barnaby", strength=AliasStrength.PRIMARY, script="Latn"),
        ListedName(text="QUILLFEATHER, Barney", script="Latn"),
    ),
    addresses=(ListedAddress(text="9 Quay Road, Veldt, 77, KP", city="Veldt", country="KP"),),
    identifiers=(ListedIdentifier(kind="Passport", value="X77", issuer="KP"),),
    birth_dates=("1961-02-03",),
    birth_places=("Veldt",),
    countries=("KP",),
    programmes=("EXAMPLE",),
)

FORMAT: Final = ListFormat(
    name="csl_json",
    title="Consolidated Screening List, JSON",
    published=(f"{PUBLISHED}.json", "https://api.trade.gov/static/consolidated_screening_list/consolidated.json"),
    licence=LICENCE,
    stale_after_days=STALE_AFTER_DAYS,
    matches=_matches,
    read=_read,
    least=PLAUSIBLE,
    cases=(ListCase("a person of OFAC's list", _FILES, ReadList(entities=(_ENTITY,), as_of="2026-11-20")),),
)
