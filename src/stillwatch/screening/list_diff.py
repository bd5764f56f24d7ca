"""What changed from one version of a list to the next.

>>> from stillwatch.core.listed_entity import EntityType, ListedName
>>> one = ListedEntity(list_name="EL", source_id="1", entity_type=EntityType.PERSON, names=(ListedName(text="A"),))
>>> [entity.source_id for entity in difference([], [one]).added]
['1']

An entry whose id changed while its names stayed is one change, not one removal and one addition: ids of some sources
are made from the record's content.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.listed_entity import ListedEntity

if TYPE_CHECKING:
    from collections.abc import Iterable

_COMPARED: Final = tuple(field.name for field in fields(ListedEntity) if field.name not in ("raw", "list_name"))


class Change(NamedTuple):
    before: ListedEntity
    after: ListedEntity
    fields: tuple[str, ...]
    """Which of its fields differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    added: tuple[ListedEntity, ...]
    removed: tuple[ListedEntity, ...]
    changed: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


def difference(before: Iterable[ListedEntity], after: Iterable[ListedEntity]) -> Difference:
    """Compare by source and id, then what is left by source and names; in the order of the lists."""
    old = {(one.list_name, one.source_id): one for one in before}
    new = {(one.list_name, one.source_id): one for one in after}
    changed = [change for key, one in new.items() if key in old and (change := _change(old[key], one)).fields]
    left = defaultdict(list)
    for key, one in old.items():
        if key not in new:
            left[one.list_name, one.names].append(one)
    added = []
    for key, one in new.items():
        if key in old:
            continue
        renumbered = left.get((one.list_name, one.names))
        if renumbered:
            changed.append(_change(renumbered.pop(0), one))
        else:
            added.append(one)
    gone = {id(one) for several in left.values() for one in several}
    return Difference(
        added=tuple(added), removed=tuple(one for one in old.values() if id(one) in gone), changed=tuple(changed)
    )


def _change(before: ListedEntity, after: ListedEntity) -> Change:
    return Change(before, after, tuple(name for name in _COMPARED if getattr(before, name) != getattr(after, name)))
