"""OFAC's list of specially designated nationals as CSV: `SDN.CSV` with `ALT.CSV`, `ADD.CSV` and `SDN_COMMENTS.CSV`.

Also its consolidated non-SDN list, `CONS_PRIM.CSV` with `CONS_ALT.CSV`, `CONS_ADD.CSV` and `CONS_COMMENTS.CSV`.

Traps: there is no header, and the file's name alone says which columns it has. Nothing is written `-0-`. Weak AKAs
stand in the remarks and nowhere else. Long remarks go on in the comments file. Persons are `LAST, First`. The files end
with the end-of-file mark of MS-DOS. Without all four files the list is not whole, so the others are asked for.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

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
from stillwatch.screening.list_format import ListCase, ListFormat, ReadList, Refused
from stillwatch.screening.list_names import listed_names
from stillwatch.screening.list_rows import plain_rows
from stillwatch.screening.ofac_remarks import read_remarks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.screening.list_format import ListFiles

_ROLES: Final = {
    "sdn": "main",
    "alt": "alt",
    "add": "add",
    "sdn_comments": "comments",
    "cons_prim": "main",
    "cons_alt": "alt",
    "cons_add": "add",
    "cons_comments": "comments",
}
_COLUMNS: Final = (
    *("ent_num", "name", "type", "program", "title", "call_sign", "vessel_type", "tonnage", "grt", "vessel_flag"),
    *("vessel_owner", "remarks"),
)
_NOTHING: Final = "-0-"
_TYPES: Final = {"individual": EntityType.PERSON, "vessel": EntityType.VESSEL, "aircraft": EntityType.UNKNOWN}
_PROGRAMMES: Final = re.compile(r"\]\s*\[|;\s*")


class _Joined(NamedTuple):
    """Rows of the other files, by the entry's number."""

    aliases: Mapping[str, list[list[str]]]
    addresses: Mapping[str, list[list[str]]]
    comments: Mapping[str, list[list[str]]]


def _matches(files: ListFiles) -> bool:
    return bool(files) and all(_role(name) for name in files)


def _role(name: str) -> str:
    return _ROLES.get(name.lower().removesuffix(".csv"), "")


def _read(files: ListFiles, list_name: str) -> ReadList:
    by_role = {_role(name): (name, data) for name, data in files.items()}
    missing = {"main", "alt", "add", "comments"} - by_role.keys()
    if missing:
        mend = "give SDN.CSV, ALT.CSV, ADD.CSV and SDN_COMMENTS.CSV together (or the four CONS_ files)"
        raise InputError("the list is not whole", where=", ".join(files) or list_name, mend=mend)
    name, data = by_role["main"]
    joined = _Joined(*(_by_entry(*by_role[role]) for role in ("alt", "add", "comments")))
    source = "SDN" if name.lower().startswith("sdn") else "CONS"
    entities: list[ListedEntity] = []
    refused: list[Refused] = []
    for line, row in plain_rows(data, name):
        plain = [*(_value(field).strip() for field in row[:-1]), _value(row[-1])]
        if len(plain) != len(_COLUMNS) or not plain[0].isdigit() or not plain[1]:
            refused.append(Refused(f"{name}:{line}", f"the row has {len(row)} columns, or no number or name"))
            continue
        entities.append(_entity(dict(zip(_COLUMNS, plain, strict=True)), joined, source))
    if not entities:
        raise InputError("the list holds nobody", where=name, mend="fetch it again")
    return ReadList(entities=tuple(entities), refused=(*refused, *_orphans(joined, entities)))


def _by_entry(name: str, data: bytes) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = defaultdict(list)
    for _, row in plain_rows(data, name):
        found[row[0].strip()].append([_value(field) for field in row])
    return found


def _value(field: str) -> str:
    return "" if field.strip() == _NOTHING else field


def _entity(row: dict[str, str], joined: _Joined, source: str) -> ListedEntity:
    number = row["ent_num"]
    comments = joined.comments.get(number, [])
    remarks = read_remarks(row["remarks"] + "".join(one[1] for one in comments if len(one) > 1))
    aliases, addresses = joined.aliases.get(number, []), joined.addresses.get(number, [])
    raw = {**row, "alt": aliases, "add": addresses, "comments": comments}
    return ListedEntity(
        list_name=source,
        source_id=number,
        entity_type=_TYPES.get(row["type"].lower(), EntityType.ORGANISATION),
        names=listed_names(row["name"], [one[3] for one in aliases if len(one) > 3], remarks.weak_names),
        addresses=tuple(address for one in addresses if (address := _address(one))),
        identifiers=remarks.identifiers,
        birth_dates=remarks.birth_dates,
        birth_places=remarks.birth_places,
        countries=remarks.countries,
        programmes=tuple(filter(None, _PROGRAMMES.split(row["program"].strip("[]")))),
        raw=json.dumps(raw, ensure_ascii=False),
    )


def _address(row: list[str]) -> ListedAddress | None:
    """`number, number of the address, street, city with state and code, country, remarks`."""
    street, city, country = (field.strip() for field in (row + [""] * 5)[2:5])
    if not (street or city or country):
        return None
    text = ", ".join(filter(None, (street, city, country)))
    return ListedAddress(text=text, city=city, country=country_code(country))


def _orphans(joined: _Joined, entities: list[ListedEntity]) -> list[Refused]:
    """Aliases of nobody: the files are of different days."""
    known = {entity.source_id for entity in entities}
    lost = sorted(joined.aliases.keys() - known)
    return [Refused(f"entry {number}", "it has aliases, but no row of its own") for number in lost]


_FILES: Final = {
    "SDN.CSV": (
        b'90001,"QUILLFEATHER, Barnaby","individual","EXAMPLE] [SAMPLE",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 03 Feb '
        b"1961; POB Veldt; nationality Korea, North; Passport X77 (Korea, North); a.k.a. 'THE \"\r\n"
        b'90002,"ORRIN LATTICE WORKS",-0- ,"EXAMPLE",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\x1a'
    ),
    "ALT.CSV": b'90001,1,"aka","QUILLFEATHER, Barney",-0- \r\n',
    "ADD.CSV": b'90001,5,-0- ,-0- ,-0- ,-0- \r\n90002,6,"9 Quay Road","Veldt 77","China",-0- \r\n',
    "SDN_COMMENTS.CSV": b'90001,"CLERK\'."\r\n',
}
_PERSON: Final = ListedEntity(
    list_name="SDN",
    source_id="90001",
    entity_type=EntityType.PERSON,
    names=(
        ListedName(text="QUILLFEATHER, Barnaby", strength=AliasStrength.PRIMARY, script="Latn"),
        ListedName(text="QUILLFEATHER, Barney", script="Latn"),
        ListedName(text="THE CLERK", strength=AliasStrength.WEAK, script="Latn"),
    ),
    identifiers=(ListedIdentifier(kind="Passport", value="X77", issuer="KP"),),
    birth_dates=("1961-02-03",),
    birth_places=("Veldt",),
    countries=("KP",),
    programmes=("EXAMPLE", "SAMPLE"),
)
_WORKS: Final = ListedEntity(
    list_name="SDN",
    source_id="90002",
    entity_type=EntityType.ORGANISATION,
    names=(ListedName(text="ORRIN LATTICE WORKS", strength=AliasStrength.PRIMARY, script="Latn"),),
    addresses=(ListedAddress(text="9 Quay Road, Veldt 77, China", city="Veldt 77", country="CN"),),
    programmes=("EXAMPLE",),
)

FORMAT: Final = ListFormat(
    name="ofac_csv",
    title="OFAC's SDN and consolidated lists, CSV",
    published=tuple(
        f"https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/{name}" for name in _FILES
    ),
    licence="public domain (work of the United States government)",
    stale_after_days=7,
    matches=_matches,
    read=_read,
    least={},
    cases=(ListCase("a person with a weak alias, and a company", _FILES, ReadList(entities=(_PERSON, _WORKS))),),
)
