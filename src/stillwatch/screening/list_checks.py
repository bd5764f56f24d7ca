"""Whether a list is whole, as far as one can tell: well-known ids must be in it, and its size must be plausible.

>>> from stillwatch.screening.list_format import ReadList
>>> from stillwatch.core.listed_entity import EntityType, ListedEntity, ListedName
>>> one = ListedEntity(list_name="EL", source_id="1", entity_type=EntityType.PERSON, names=(ListedName(text="A"),))
>>> missing_ids(ReadList(entities=(one,)), ["1", "EL:1", "7"])
('7',)
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from stillwatch.core.listed_entity import EntityType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.screening.list_format import ListFormat, ReadList

_SHRUNK: Final = 0.9
"""A version with a smaller part of the entries of the one before is most likely cut off."""


def missing_ids(read: ReadList, known: Iterable[str]) -> tuple[str, ...]:
    """Those of the known ids, `ID` or `SOURCE:ID`, that the list does not hold."""
    held = {one.source_id for one in read.entities}
    held |= {f"{one.list_name}:{one.source_id}" for one in read.entities}
    return tuple(one for one in known if one not in held)


def oddities(read: ReadList, declared: ListFormat, entities_before: int) -> tuple[str, ...]:
    """What a person should look at before relying on the list."""
    return tuple(
        filter(None, (_shrunk(read, entities_before), _implausible(read, declared), _refused(read), _twice(read)))
    )


def has_shrunk(read: ReadList, entities_before: int) -> bool:
    return len(read.entities) < entities_before * _SHRUNK


def _shrunk(read: ReadList, entities_before: int) -> str:
    if not has_shrunk(read, entities_before):
        return ""
    return f"it has {len(read.entities):,} entries, the version before had {entities_before:,}"


def _implausible(read: ReadList, declared: ListFormat) -> str:
    counts = Counter(one.entity_type for one in read.entities)
    out = []
    for kind, (least, most) in declared.least.items():
        # Some sources do not say the kind, so those may be of any.
        count, perhaps = counts[EntityType(kind)], counts[EntityType.UNKNOWN]
        if count + perhaps < least or count > most:
            out.append(f"{count:,} entries of kind {kind}, where {least:,} to {most:,} are expected")
    return "; ".join(out)


def _refused(read: ReadList) -> str:
    if not read.refused:
        return ""
    first = read.refused[0]
    return f"{len(read.refused):,} entries could not be read; the first: {first.where}: {first.why}"


def _twice(read: ReadList) -> str:
    counts = Counter((one.list_name, one.source_id) for one in read.entities)
    twice = [f"{source}:{number}" for (source, number), count in counts.items() if count > 1]
    return f"{len(twice):,} ids stand twice, such as {twice[0]}" if twice else ""
