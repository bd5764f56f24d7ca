"""A list of your own as CSV: at least the columns `id` and `name`; see the reference for the others.

Also for what comes: a list of fraudulent account network providers, if a law makes one, or one that an industry group
keeps. What is more than one in a column is parted by `;`. A column `as_of` dates the list.

Traps: a column that is not known is refused with a suggestion, since a misspelt `weak_aliases` would go unnoticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError
from stillwatch.core.listed_entity import (
    AliasStrength,
    EntityType,
    ListedAddress,
    ListedEntity,
    ListedIdentifier,
    ListedName,
    OwnerLink,
)
from stillwatch.core.toml_text import suggestion
from stillwatch.screening.list_dates import iso_day
from stillwatch.screening.list_format import ListCase, ListFormat, ReadList, Refused
from stillwatch.screening.list_rows import header_of, table_rows
from stillwatch.screening.private_record import FIELDS, entity_of

if TYPE_CHECKING:
    from stillwatch.screening.list_format import ListFiles


def _matches(files: ListFiles) -> bool:
    if len(files) != 1:
        return False
    header = set(header_of(next(iter(files.values()))))
    return {"id", "name"} <= header and not header & {"schema", "source_list_url", "federal_register_notice"}


def _read(files: ListFiles, list_name: str) -> ReadList:
    ((name, data),) = files.items()
    for column in header_of(data):
        if column not in FIELDS:
            raise InputError(f"unknown column {column!r}", where=f"{name}:1", mend=suggestion(column, FIELDS))
    entities: list[ListedEntity] = []
    refused: list[Refused] = []
    dates = []
    for line, row in table_rows(data, name, {"id", "name"}):
        dates.append(iso_day(row.get("as_of", "")))
        try:
            entities.append(entity_of(row, list_name))
        except ValueError as error:
            refused.append(Refused(f"{name}:{line}", str(error)))
    if not entities:
        raise InputError("the list holds nobody", where=name, mend="write a row for each entry")
    return ReadList(entities=tuple(entities), refused=tuple(refused), as_of=max(dates))


_TEXT: Final = (
    "id,name,type,aliases,weak_aliases,addresses,countries,identifiers,owners,as_of\n"
    'n-1,Orrin Relay Works,organisation,Relay Works Orrin,ORW,"9 Quay Road, Veldt, China",CN,'
    "registration: 77-A,n-2 = 60%,2026-11-20\n"
)
_WORKS: Final = ListedEntity(
    list_name="EXAMPLE",
    source_id="n-1",
    entity_type=EntityType.ORGANISATION,
    names=(
        ListedName(text="Orrin Relay Works", strength=AliasStrength.PRIMARY, script="Latn"),
        ListedName(text="Relay Works Orrin", script="Latn"),
        ListedName(text="ORW", strength=AliasStrength.WEAK, script="Latn"),
    ),
    addresses=(ListedAddress(text="9 Quay Road, Veldt, China", country="CN"),),
    identifiers=(ListedIdentifier(kind="registration", value="77-A"),),
    countries=("CN",),
    owners=(OwnerLink(owner_id="n-2", share=0.6),),
)

FORMAT: Final = ListFormat(
    name="private_csv",
    title="A list of your own, CSV",
    published=(),
    licence="yours",
    stale_after_days=31,
    matches=_matches,
    read=_read,
    least={},
    cases=(ListCase("a company", {"ours.csv": _TEXT.encode()}, ReadList(entities=(_WORKS,), as_of="2026-11-20")),),
)
