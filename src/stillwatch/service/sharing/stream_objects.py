"""Objects of a server's stream, which come in pages: kept until what belongs together is there, then read as a bundle.

with writing(connection):
    refused = carry(connection, "hub", page)
    data = unread(connection, "hub")      # a bundle, for the reader of STIX

A page may end between an indicator and the relationship that says whose it is. So objects are put by first; what is
read then is what came, with whatever refers to it and whatever it refers to. Of each id the newest version is kept,
and an id belongs to who used it first, whichever server lets another one use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.errors import InputError
from stillwatch.core.read_bundle import Refused
from stillwatch.service.sharing.carried_object import carried_object

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_ONE: Final = ("source_ref", "target_ref", "sighting_of_ref", "created_by_ref")
_MANY: Final = ("object_marking_refs", "object_refs")
_MOST_REFERENCES: Final = 10_000
"""Of one object."""
_STEPS: Final = 3
"""From an indicator over a relationship and a campaign to its producer."""
_CENTRES: Final = ("campaign--", "indicator--")
"""What others refer to and is nothing without them."""


class Gone(NamedTuple):
    """What a server no longer has, with who had made it."""

    id: str
    created_by: str


def carry(connection: sqlite3.Connection, source: str, objects: Iterable[Any]) -> list[Refused]:
    """Put objects by, in the transaction that is open, as far as they are new or newer; give what was refused.

    Args:
        connection: Of `open_intel`.
        source: Name of the server.
        objects: Parsed JSON.
    """
    refused: list[Refused] = []
    for place, document in enumerate(objects):
        try:
            one = carried_object(document)
        except InputError as error:
            refused.append(Refused(id=f"objects[{place}]", why=f"it is no object of STIX: {error}"))
            continue
        name = one.object_id
        before = connection.execute(
            "SELECT version_us, created_by FROM carried WHERE source = ? AND id = ?", (source, name)
        ).fetchone()
        if before is not None and before[1] != one.created_by:
            refused.append(Refused(id=name, why="this id is of another producer"))
            continue
        if before is not None and before[0] >= one.version_us:
            continue
        row = (source, name, one.version, one.version_us, one.created_by, one.data)
        connection.execute("INSERT OR REPLACE INTO carried VALUES (?, ?, ?, ?, ?, ?, 0)", row)
        connection.execute("DELETE FROM reference WHERE source = ? AND from_id = ?", (source, name))
        references = ((source, name, to) for to in _references(document))
        connection.executemany("INSERT OR IGNORE INTO reference VALUES (?, ?, ?)", references)
    return refused


def count_unread(connection: sqlite3.Connection, source: str) -> int:
    """How many objects have come that `unread` has not given yet."""
    found = connection.execute("SELECT count(*) FROM carried WHERE source = ? AND is_read = 0", (source,))
    return int(found.fetchone()[0])


def unread(connection: sqlite3.Connection, source: str) -> bytes:
    """A bundle of all that came since this was asked before, with what it hangs together with."""
    found = connection.execute("SELECT id FROM carried WHERE source = ? AND is_read = 0", (source,))
    data = _whole(connection, source, [name for (name,) in found])
    connection.execute("UPDATE carried SET is_read = 1 WHERE source = ? AND is_read = 0", (source,))
    return data


def let_go(connection: sqlite3.Connection, source: str, name: str, version: str) -> Gone | None:
    """Forget an object that the server has deleted; None where a later version is here, or it never came."""
    found = connection.execute(
        "SELECT version, created_by FROM carried WHERE source = ? AND id = ?", (source, name)
    ).fetchone()
    if found is None or (version and version != found[0]):
        return None
    connection.execute("DELETE FROM carried WHERE source = ? AND id = ?", (source, name))
    connection.execute("DELETE FROM reference WHERE source = ? AND from_id = ?", (source, name))
    return Gone(name, found[1])


def _whole(connection: sqlite3.Connection, source: str, ids: Iterable[str]) -> bytes:
    """A bundle of these objects, of what refers to the campaigns and indicators among them, and of what all need."""
    wanted = dict.fromkeys(ids)
    centres = [name for name in wanted if name.startswith(_CENTRES)]
    wanted |= dict.fromkeys(_referring(connection, source, centres))
    newest = list(wanted)
    for _ in range(_STEPS):
        newest = [name for name in _referred(connection, source, newest) if name not in wanted]
        wanted |= dict.fromkeys(newest)
    found = connection.execute(
        "SELECT data FROM carried WHERE source = ? AND id IN (SELECT value FROM json_each(?))",
        (source, orjson.dumps(list(wanted)).decode()),
    )
    body = b",".join(data for (data,) in found)
    return b'{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":[' + body + b"]}"


def _referring(connection: sqlite3.Connection, source: str, ids: list[str]) -> list[str]:
    found = connection.execute(
        "SELECT DISTINCT from_id FROM reference WHERE source = ? AND to_id IN (SELECT value FROM json_each(?))",
        (source, orjson.dumps(ids).decode()),
    )
    return [name for (name,) in found]


def _referred(connection: sqlite3.Connection, source: str, ids: list[str]) -> list[str]:
    found = connection.execute(
        "SELECT DISTINCT to_id FROM reference WHERE source = ? AND from_id IN (SELECT value FROM json_each(?))",
        (source, orjson.dumps(ids).decode()),
    )
    return [name for (name,) in found]


def _references(one: dict[str, Any]) -> list[str]:
    found = [one.get(name) for name in _ONE]
    for name in _MANY:
        many = one.get(name)
        found += many[:_MOST_REFERENCES] if isinstance(many, list) else []
    return [name for name in dict.fromkeys(map(str, filter(None, found))) if name != one["id"]]
