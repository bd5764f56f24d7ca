"""Follow a hub: what is shared there stands at the guards here within a second, through whatever breaks in between.

follower = HubFollower(client, connection, publisher, peers, source, clock=time.time, say=print)
follower.catch_up()      # all that is there now
follower.go_on()         # and what comes, until the process ends

Each batch is one transaction with its position, then the table is published, then the hub is told: in this order a kill
at any point repeats work and never skips it. What is told twice changes nothing.
"""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.core.errors import PeerError
from stillwatch.service.sharing.delivery import Delivery
from stillwatch.service.sharing.intel_state import position_of
from stillwatch.service.sharing.take_stream import take_stream

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from stillwatch.service.sharing.hub_stream import HubClient
    from stillwatch.service.sharing.peers import Peers, Source
    from stillwatch.service.sharing.publish_intel import IntelPublisher
    from stillwatch.service.sharing.receive import Received
    from stillwatch.service.sharing.take_stream import StreamBatch

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.1, 2.0
_PUBLISH_EVERY_S: Final = 60.0
"""What becomes valid by itself, or was decided here by a person, is published so often at least."""


class HubFollower:
    """One deployment's reader of one hub.

    Args:
        client: The line.
        connection: Of `open_intel`.
        publisher: Of the table that guards look up.
        peers: Whom to trust how far.
        source: The hub's name, under which its position is kept, and whether it vouches.
        clock: Seconds since 1970 UTC.
        say: Told, in a sentence, of trouble and of its end.
        told: Told what each batch came to.
    """

    def __init__(  # noqa: PLR0913  # opened from all of these in one place
        self,
        client: HubClient,
        connection: sqlite3.Connection,
        publisher: IntelPublisher,
        peers: Peers,
        source: Source,
        *,
        clock: Callable[[], float],
        say: Callable[[str], None],
        told: Callable[[Received], None] | None = None,
    ) -> None:
        self._client, self._connection, self._publisher = client, connection, publisher
        self._peers, self._source, self._clock = peers, source, clock
        self._say, self._told = say, told
        self._published_at = 0.0
        self._trouble = ""

    def catch_up(self) -> None:
        """Read until nothing more is there, and publish.

        Raises:
            PeerError: The hub cannot be reached, refuses, or hangs up before all is there.
        """
        for batch in self._client.batches(self._position):
            if batch is None:
                self._publish()
                return
            self._take(batch)
        mend = "try again; what came before is kept"
        raise PeerError("the hub hung up before all was there", where=self._source.name, mend=mend)

    def go_on(self) -> None:
        """Follow for ever; a hub that is gone is asked again and again, and what was read stays in force."""
        wait_s = _FIRST_WAIT_S
        self._publish()
        while True:
            try:
                for batch in self._client.batches(self._position):
                    wait_s = _FIRST_WAIT_S
                    self._is_well()
                    if batch is not None:
                        self._take(batch)
                    elif self._clock() - self._published_at > _PUBLISH_EVERY_S:
                        self._publish()
            except PeerError as error:
                self._is_in_trouble(str(error))
            time.sleep(wait_s)
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    @property
    def _position(self) -> str:
        return position_of(self._connection, self._source.name)

    def _take(self, batch: StreamBatch) -> None:
        delivery = Delivery(
            by=self._source.name,
            at=datetime.fromtimestamp(self._clock(), UTC),
            sha256=hashlib.sha256(orjson.dumps(batch.objects)).hexdigest(),
            is_vouched=self._source.vouches,
        )
        found = take_stream(self._connection, batch, delivery, self._peers)
        if found.has_news:
            self._publish()
        if self._told is not None:
            self._told(found)
        if not batch.has_more:
            self._acknowledge(batch.position)

    def _acknowledge(self, position: str) -> None:
        """Tell the hub; where that fails the next one says it, too."""
        try:
            self._client.acknowledge(position)
        except PeerError as error:
            self._is_in_trouble(str(error))

    def _publish(self) -> None:
        now = self._clock()
        self._publisher.publish(self._connection, at=datetime.fromtimestamp(now, UTC))
        self._published_at = now

    def _is_in_trouble(self, what: str) -> None:
        if what != self._trouble:
            self._say(f"{what}; what was received before stays in force")
        self._trouble = what

    def _is_well(self) -> None:
        if self._trouble:
            self._say(f"{self._source.name} is followed again")
        self._trouble = ""
