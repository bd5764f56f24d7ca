"""Take in a part of a server's stream, in one transaction with how far it has been read.

found = take_stream(connection, batch, delivery, peers)

Killed before the end, it has taken in nothing and the server is asked again from where it was; killed after, it goes on
behind. So nothing is lost and nothing is doubled, whatever is sent twice. What a server has deleted ends here, too, but
can come again, other than what its producer has taken back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.read_bundle import ReadBundle
from stillwatch.intel.stix_read import read_bundle
from stillwatch.service.sharing.intel_state import note_position, writing
from stillwatch.service.sharing.receive import Received, receive
from stillwatch.service.sharing.stream_objects import carry, count_unread, let_go, unread

if TYPE_CHECKING:
    import sqlite3

    from stillwatch.service.sharing.delivery import Delivery
    from stillwatch.service.sharing.peers import Peers

_MOST_UNREAD: Final = 100_000
"""Objects that are waited for the rest of; then what is there is read as it is."""
_END_ONE: Final = (
    "DELETE FROM indicator WHERE review != 'rejected' AND campaign IN "
    "(SELECT campaign FROM campaign WHERE producer = ? AND delivered_by = ?) AND id = ?"
)
_END_ALL: Final = (
    "DELETE FROM indicator WHERE campaign IN "
    "(SELECT campaign FROM campaign WHERE producer = ? AND delivered_by = ? AND review != 'rejected' AND id = ?)"
)


class StreamBatch(NamedTuple):
    position: str
    """Where the server goes on after this; its `seq`, or what else it counts by."""
    objects: tuple[Any, ...]
    """Parsed JSON."""
    deleted: tuple[tuple[str, str], ...]
    """(id, version); an empty version stands for all."""
    has_more: bool
    """Whether more is there already, which may belong to this."""


def take_stream(connection: sqlite3.Connection, batch: StreamBatch, delivery: Delivery, peers: Peers) -> Received:
    """Take it in.

    Args:
        connection: Of `open_intel`.
        batch: What the server sent.
        delivery: From which server, when.
        peers: Whom to trust how far.

    Raises:
        InputError: It hangs together with more than can be read at once.
        SettingsError: The state cannot be written.
    """
    source = delivery.by
    with writing(connection):
        refused = carry(connection, source, batch.objects)
        ended = sum(_end(connection, source, *one) for one in batch.deleted)
        note_position(connection, source, batch.position)
        read = ReadBundle(campaigns=())
        waiting = count_unread(connection, source)
        if waiting and not (batch.has_more and waiting < _MOST_UNREAD):
            read = read_bundle(unread(connection, source))
        read = replace(read, refused=(*refused, *read.refused))
        found = receive(connection, read, replace(delivery, is_current=True), peers)
    return found._replace(taken_back=found.taken_back + ended)


def _end(connection: sqlite3.Connection, source: str, name: str, version: str) -> int:
    """End what a server has deleted, as far as it came from there; what a person has rejected stays on record."""
    gone = let_go(connection, source, name, version)
    if gone is None:
        return 0
    values = (gone.created_by, source)
    ended = connection.execute(_END_ONE, (*values, name)).rowcount
    ended += connection.execute(_END_ALL, (*values, name)).rowcount
    connection.execute(
        "DELETE FROM campaign WHERE producer = ? AND delivered_by = ? AND review != 'rejected' AND id = ?",
        (*values, name),
    )
    connection.execute("DELETE FROM opinion WHERE id = ? AND by_id = ?", (name, gone.created_by))
    connection.execute("DELETE FROM sighting WHERE id = ? AND by_id = ?", (name, gone.created_by))
    return int(ended > 0)
