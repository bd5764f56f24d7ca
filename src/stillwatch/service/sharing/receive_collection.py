"""Take in what a collection of a TAXII 2.1 server holds, from where it was read last.

for received in receive_collection(client, url, connection, peers, source, clock=time.time):
    print(received.new_indicators)

A page and how far it goes are one transaction, so a kill loses nothing and doubles nothing; what a page holds half of
is read when the rest of it is there.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

from stillwatch.service.sharing.delivery import Delivery
from stillwatch.service.sharing.intel_state import position_of
from stillwatch.service.sharing.take_stream import StreamBatch, take_stream
from stillwatch.service.sharing.taxii_client import START, Cursor

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from stillwatch.service.sharing.peers import Peers, Source
    from stillwatch.service.sharing.receive import Received
    from stillwatch.service.sharing.taxii_client import TaxiiClient


def receive_collection(  # noqa: PLR0913  # a server, a state, and whom to trust
    client: TaxiiClient,
    url: str,
    connection: sqlite3.Connection,
    peers: Peers,
    source: Source,
    *,
    clock: Callable[[], float],
) -> Iterator[Received]:
    """Take it in page by page, to its end.

    Args:
        client: Of the server.
        url: Address of the collection.
        connection: Of `open_intel`.
        peers: Whom to trust how far.
        source: The server's name, and whether it vouches.
        clock: Seconds since 1970 UTC.

    Raises:
        PeerError: The server cannot be reached, or refuses; what came before is kept.
        SettingsError: The state cannot be written.
    """
    has_more = True
    while has_more:
        page = client.objects(url, _cursor(position_of(connection, source.name)))
        has_more = page.has_more
        batch = StreamBatch(orjson.dumps(asdict(page.cursor)).decode(), page.objects, (), page.has_more)
        delivery = Delivery(
            by=source.name,
            at=datetime.fromtimestamp(clock(), UTC),
            sha256=hashlib.sha256(orjson.dumps(page.objects)).hexdigest(),
            is_vouched=source.vouches,
        )
        yield take_stream(connection, batch, delivery, peers)


def _cursor(position: str) -> Cursor:
    if not position:
        return START
    kept = orjson.loads(position)
    return Cursor(**{**kept, "seen": tuple(kept["seen"])})
