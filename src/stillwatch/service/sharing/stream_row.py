"""One row of a store of objects, without its data."""

from __future__ import annotations

from enum import IntFlag
from typing import Final, NamedTuple

from stillwatch.core.marking import Tlp

STRICTNESS: Final = {tlp: rank for rank, tlp in enumerate(Tlp)}
"""How a marking stands in the database."""


class Place(IntFlag):
    """Where a version stands among those of an object: in its own version of STIX, and in all of them."""

    FIRST_OF_SPEC = 1
    LAST_OF_SPEC = 2
    FIRST = 4
    LAST = 8
    OLD_SPEC = 16
    """The same object is there in a newer version of STIX."""


class Row(NamedTuple):
    seq: int
    object_id: str
    type: str
    spec_version: str
    version: str
    version_us: int
    added_us: int
    producer: str
    tlp: int
    """How strict, 0 for CLEAR."""
    digest: bytes
    is_named_by_content: bool
    is_echo: bool
    """The same as another producer's, which is shown in its place."""
    is_tombstone: bool
    is_current: bool
    """The last version in the newest version of STIX, of those that are shown of this producer: what most ask for."""
    place: int
    """`Place` among those."""

    @property
    def is_shown(self) -> bool:
        return not (self.is_echo or self.is_tombstone)
