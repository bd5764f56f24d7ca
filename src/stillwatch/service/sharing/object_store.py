"""Where a server keeps the objects of its collections: one stream, in which each change has a number of its own.

The numbers (`seq`) rise by one order for all collections and are never given twice, so that a number is a place to go
on from: a reader who has seen all up to N asks for what comes after N, and neither misses a change nor sees one twice,
whatever is written meanwhile. A deletion is a change too (a *tombstone*). The time of each change is later than that of
the one before, by a microsecond at least, so that a reader who knows only times misses nothing either.

An id belongs to who sent it first. Another producer's object of the same id is refused, unless it says the same, or its
id follows from its content (observables). Equal objects of several producers are kept for each and shown once: what one
of them takes back stays as long as another stands for it.

`open_objects` opens a store; `SqliteObjects` and `PostgresObjects` keep this promise and may be used in turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

from stillwatch.core.marking import Tlp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.service.sharing.carried_object import CarriedObject


class Stored(NamedTuple):
    """One object of a page, or its tombstone."""

    seq: int
    object_id: str
    version: str
    """As the object writes it; of an observable the time at which it was added; of a tombstone the version that was
    deleted, empty = all of them.
    """
    added_us: int
    """Microseconds since 1970 UTC; never two alike."""
    producer: str
    spec_version: str
    data: bytes
    """JSON; empty for a tombstone, and where only the manifest was asked for."""
    is_tombstone: bool = False


class Page(NamedTuple):
    rows: tuple[Stored, ...]
    """In the order of their `seq`."""
    has_more: bool


class Packed(NamedTuple):
    """The objects of a page as they go over the wire, joined by the database: a thousand of them cost one row."""

    objects: int
    first_added_us: int
    last_added_us: int
    last_seq: int
    """0 where the page is empty."""
    has_more: bool
    data: bytes
    """JSON objects with commas between them."""


class Kept(NamedTuple):
    """What became of an object that was accepted."""

    seq: int
    object_id: str
    version: str
    is_new: bool
    """False where the store had it already."""
    note: str = ""
    """What the sender should know."""


class Refused(NamedTuple):
    object_id: str
    version: str
    reason: str


class Appended(NamedTuple):
    kept: tuple[Kept, ...]
    refused: tuple[Refused, ...]


class Status(NamedTuple):
    """What became of a request to add objects, for who asks later."""

    status_id: str
    owner: str
    made_us: int
    data: bytes
    """The status as JSON."""


VersionWanted = Literal["first", "last", "all"] | int
"""Which versions of an object: the first, the last, all, or the one of this time (microseconds since 1970 UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What of a collection is wanted; each that is given must hold."""

    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    spec_versions: tuple[str, ...] | None = ()
    """Versions of STIX; none named = the newest that there is of each object, None = all."""
    versions: tuple[VersionWanted, ...] = ("last",)
    """Any of them."""
    added_after_us: int | None = None
    ceiling: Tlp = Tlp.RED
    """Only what is marked so or milder."""
    with_tombstones: bool = False
    with_data: bool = True


EVERYTHING: Final = Filters(spec_versions=None, versions=("all",), with_tombstones=True)
"""For who follows the stream of changes."""
LATEST: Final = Filters()
NOTHING: Final = Packed(0, 0, 0, 0, False, b"")  # noqa: FBT003  # a page without objects


class ObjectStore(Protocol):
    """Raises `PeerError` where the database cannot be reached, and `InputError` where its content is not ours."""

    async def append(self, collection: str, objects: Sequence[CarriedObject], *, by: str) -> Appended:
        """Add objects for a producer, all in one transaction: when this returns they are on the disk."""
        ...

    async def page(self, collection: str, after_seq: int = 0, filters: Filters = LATEST, limit: int = 1000) -> Page:
        """What stands after a number, in order."""
        ...

    async def packed(self, collection: str, after_seq: int = 0, filters: Filters = LATEST, limit: int = 1000) -> Packed:
        """The same, objects alone; tombstones have no place in it."""
        ...

    async def delete(self, collection: str, object_id: str, *, by: str, filters: Filters = EVERYTHING) -> int:
        """Delete a producer's versions of an object; of the filters, versions and spec_versions count. How many."""
        ...

    async def withdraw(self, producer: str) -> int:
        """Delete all that a producer ever sent, in every collection. How many objects."""
        ...

    async def last_seq(self) -> int:
        """The number of the last change; microseconds, so that one may ask often."""
        ...

    async def keep_status(self, status: Status) -> None:
        """Remember what became of a request."""
        ...

    async def status(self, status_id: str) -> Status | None: ...

    async def forget_statuses(self, before_us: int) -> None:
        """Forget what was made before a time."""
        ...

    async def close(self) -> None: ...
