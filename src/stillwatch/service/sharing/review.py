"""What people here decide about what was received: accept, reject, say what they make of it, put a producer out.

review = IntelReview(connection, peers, by="Ada", clock=time.time)
review.decide("campaign--…", Review.ACCEPTED, why="seen in our own logs, ticket 17")
review.say("indicator--…", Stance.CONFIRMS, why="the same template, 40 accounts")
review.put_out("identity--…", why="its feed is invented")

Each act is an entry of the audit trail with the person's name and reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.provenance import Review
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.service.sharing.intel_state import writing
from stillwatch.service.sharing.receive import EVERYTHING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from stillwatch.core.provenance import Stance
    from stillwatch.service.sharing.peers import Peers


class IntelReview:
    """One person's acts.

    Args:
        connection: Of `open_intel`.
        peers: With this deployment's own identity, under which opinions are stated.
        by: The person's name.
        clock: Seconds since 1970 UTC.
    """

    def __init__(self, connection: sqlite3.Connection, peers: Peers, *, by: str, clock: Callable[[], float]) -> None:
        self._connection, self._peers, self._by, self._clock = connection, peers, by, clock

    def decide(self, name: str, review: Review, *, why: str) -> int:
        """Accept or reject a campaign with its indicators, or one indicator; gives how many indicators changed.

        Raises:
            InputError: It is not here, was taken back by its producer, or no reason is given.
        """
        self._refuse_empty(why)
        if review not in (Review.ACCEPTED, Review.REJECTED):
            raise InputError(f"{review} is no decision", where=name, mend="say accepted or rejected")
        with writing(self._connection):
            self._refuse_unknown(name)
            self._connection.execute(
                "UPDATE campaign SET review = ? WHERE id = ? AND review != 'revoked'", (review, name)
            )
            changed = self._connection.execute(
                "UPDATE indicator SET review = ? WHERE review NOT IN ('revoked', ?) "
                "AND (id = ? OR campaign IN (SELECT campaign FROM campaign WHERE id = ?))",
                (review, review, name, name),
            ).rowcount
            self._note(f"intel_{review}", name, {"indicators": changed, "why": why})
        return changed

    def say(self, name: str, stance: Stance, *, why: str) -> None:
        """State what this deployment makes of a campaign or an indicator; a later word replaces an earlier one.

        Raises:
            InputError: It is not here, or no reason is given.
            SettingsError: This deployment has no identity.
        """
        self._refuse_empty(why)
        if not self._peers.identity:
            mend = 'add identity = "identity--…" to peers.toml, with the id that peers know you by'
            raise SettingsError("an opinion is somebody's, and this deployment has no identity", mend=mend)
        with writing(self._connection):
            self._refuse_unknown(name)
            self._connection.execute(
                "INSERT OR REPLACE INTO opinion VALUES (?, ?, ?, ?, ?, '')",
                (name, self._peers.identity, stance, self._clock(), why),
            )
            self._note("intel_opinion", name, {"stance": stance, "why": why})

    def put_out(self, producer: str, *, why: str) -> int:
        """Take back all that a producer has sent, and refuse what it will send; gives how many indicators ended."""
        self._refuse_empty(why)
        with writing(self._connection):
            self._connection.execute(
                "INSERT OR IGNORE INTO taken_back VALUES (?, ?, ?)", (producer, EVERYTHING, self._clock())
            )
            self._connection.execute("UPDATE campaign SET review = 'revoked' WHERE producer = ?", (producer,))
            ended = self._connection.execute(
                "UPDATE indicator SET review = 'revoked' WHERE review != 'revoked' "
                "AND campaign IN (SELECT campaign FROM campaign WHERE producer = ?)",
                (producer,),
            ).rowcount
            self._connection.execute("DELETE FROM opinion WHERE by_id = ?", (producer,))
            self._note("producer_put_out", producer, {"indicators": ended, "why": why})
        return ended

    def _refuse_unknown(self, name: str) -> None:
        found = self._connection.execute(
            "SELECT review FROM campaign WHERE id = ? UNION SELECT review FROM indicator WHERE id = ?", (name, name)
        ).fetchall()
        if not found:
            raise InputError("nothing of this id was received", where=name, mend="see `stillwatch intel list`")
        if all(review == Review.REVOKED for (review,) in found):
            raise InputError(
                "its producer has taken it back", where=name, mend="ask the producer; it cannot be revived"
            )

    @staticmethod
    def _refuse_empty(why: str) -> None:
        if not why.strip():
            raise InputError("no reason is given", mend="a decision is kept with its reason: give --why")

    def _note(self, what: str, about: str, detail: dict[str, Any]) -> None:
        add_entries(self._connection, [Entry(self._clock(), what, self._by, about, detail)])
