"""A list of your own as JSON: `{"as_of": "2026-11-20", "entries": [{"id": …, "name": …}]}`, with the fields of the CSV.

Traps: as for the CSV; what is more than one is a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError
from stillwatch.core.listed_entity import AliasStrength, EntityType, ListedEntity, ListedName
from stillwatch.core.toml_text import suggestion
from stillwatch.screening.list_dates import iso_day
from stillwatch.screening.list_format import ListCase, ListFormat, ReadList, Refused
from stillwatch.screening.list_json import loaded, text
from stillwatch.screening.private_record import FIELDS, entity_of

if TYPE_CHECKING:
    from stillwatch.screening.list_format import ListFiles

_HEAD: Final = 4_096


def _matches(files: ListFiles) -> bool:
    if len(files) != 1:
        return False
    head = next(iter(files.values()))[:_HEAD].lstrip()
    return head[:1] == b"{" and b'"entries"' in head and b'"schema"' not in head


def _read(files: ListFiles, list_name: str) -> ReadList:
    ((name, data),) = files.items()
    document = loaded(data, name)
    entries = document.get("entries") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not entries:
        raise InputError("the list holds nobody", where=name, mend='write "entries": [{"id": …, "name": …}]')
    entities: list[ListedEntity] = []
    refused: list[Refused] = []
    for number, entry in enumerate(entries, 1):
        where = f"{name}: entry {number}"
        try:
            entities.append(entity_of(_fields(entry, where), list_name))
        except ValueError as error:
            refused.append(Refused(where, str(error)))
    return ReadList(entities=tuple(entities), refused=tuple(refused), as_of=iso_day(text(document, "as_of")))


def _fields(entry: Any, where: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise ValueError("the entry is no object")  # noqa: TRY004  # what is wrong is the list, not the program
    for field in entry:
        if field not in FIELDS:
            raise InputError(f"unknown field {field!r}", where=where, mend=suggestion(field, FIELDS))
    return entry


_TEXT: Final = """{"as_of": "2026-11-20", "entries": [{"id": "n-1", "name": "欧林中继厂", "type": "organisation",
"aliases": ["Orrin Relay Works"], "countries": ["CN"]}]}"""
_WORKS: Final = ListedEntity(
    list_name="EXAMPLE",
    source_id="n-1",
    entity_type=EntityType.ORGANISATION,
    names=(
        ListedName(text="欧林中继厂", strength=AliasStrength.PRIMARY, script="Hani"),
        ListedName(text="Orrin Relay Works", script="Latn"),
    ),
    countries=("CN",),
)

FORMAT: Final = ListFormat(
    name="private_json",
    title="A list of your own, JSON",
    published=(),
    licence="yours",
    stale_after_days=31,
    matches=_matches,
    read=_read,
    least={},
    cases=(ListCase("a company", {"ours.json": _TEXT.encode()}, ReadList(entities=(_WORKS,), as_of="2026-11-20")),),
)
