"""Objects of one bundle, by what they are: one of each id, and each tied to what its own author says of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from stillwatch.intel import stix_received as stix
from stillwatch.intel.stix_ids import is_id
from stillwatch.intel.stix_markings import handling_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, ValuesView

    from stillwatch.core.marking import Handling

_One = TypeVar("_One", bound=stix.Received)
_TAGS: Final = {kind: str(kind.__struct_config__.tag) for kind in stix.KINDS}


class Shelf:
    """Filled once, then asked; every question costs what it gives."""

    def __init__(self) -> None:
        self._kinds: defaultdict[type[stix.Received], dict[str, Any]] = defaultdict(dict)
        self._authors: set[str | None] = {None}

    def put(self, one: stix.Received) -> str:
        """Take an object in; give why it was not, or nothing.

        Of several versions the newest stays. An id belongs to whoever used it first in the bundle: a second author
        cannot put an object of his own in its place.
        """
        kind = type(one)
        if not is_id(one.id, _TAGS[kind]):
            return f"its id is none of a {_TAGS[kind]}"
        if one.created_by_ref not in self._authors:
            if not is_id(str(one.created_by_ref), "identity"):
                return "its author is no identity"
            self._authors.add(one.created_by_ref)
        before = self._kinds[kind].get(one.id)
        if before is not None:
            if before.created_by_ref != one.created_by_ref:
                return "its id is that of an object of somebody else"
            if (before.modified or before.created) >= (one.modified or one.created):
                return ""
        self._kinds[kind][one.id] = one
        return ""

    def get(self, kind: type[_One], name: str) -> _One | None:
        found: _One | None = self._kinds[kind].get(name)
        return found

    def all(self, kind: type[_One]) -> ValuesView[_One]:
        """Every object of one type, those taken back too, in the order of the bundle."""
        return self._kinds[kind].values()

    def revoked(self) -> tuple[tuple[str, str], ...]:
        """(author, id) of campaigns and indicators that are taken back."""
        both = (*self.all(stix.Campaign), *self.all(stix.Indicator))
        return tuple((one.created_by_ref or "", one.id) for one in both if one.revoked)

    def handling(self, ones: Iterable[stix.Received]) -> Handling:
        """What the markings of all of these say together."""
        marks = dict.fromkeys((one.object_marking_refs, one.granular_markings) for one in ones)
        refs = dict.fromkeys(
            ref for plain, granular in marks for ref in (*plain, *(mark.marking_ref for mark in granular)) if ref
        )
        found = {ref: self.get(stix.MarkingDefinition, ref) for ref in refs}
        return handling_of(refs, {ref: _says(one) for ref, one in found.items() if one is not None})


def loose(raw: msgspec.Raw) -> Any:
    """Foreign JSON as plain values; None where it cannot be read."""
    try:
        return msgspec.json.decode(raw)
    except stix.UNREADABLE:
        return None


def _says(one: stix.MarkingDefinition) -> Mapping[str, Any] | str:
    if one.definition_type == "statement":
        return str(one.definition.get("statement", ""))
    return {name: loose(raw) for name, raw in one.extensions.items()}
