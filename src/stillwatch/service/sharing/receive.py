"""Take in what peers tell: kept with where it came from, once, and in quarantine unless its producer is trusted.

received = receive(connection, read, delivery, peers)
received.accepted, received.quarantined, received.refused

An id belongs to its producer, so nobody overwrites what another one has sent. A thing is replaced by a later version
alone, and only where it is at least as sure who made that one; what its producer has taken back stays so, though an old
file be sent again. The same delivery twice changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.provenance import Review
from stillwatch.core.read_bundle import Refused
from stillwatch.intel.spare import spare_read
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.service.sharing.delivery import Assurance, assurance_of, first_review
from stillwatch.service.sharing.intel_state import writing
from stillwatch.service.sharing.keep_campaign import Kept, keep_campaign, keep_indicators

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from stillwatch.core.read_bundle import ReadBundle
    from stillwatch.core.shared_campaign import SharedCampaign
    from stillwatch.service.sharing.delivery import Delivery
    from stillwatch.service.sharing.peers import Peers

_MOST_REFUSED: Final = 10_000
"""Of those that are remembered."""
EVERYTHING: Final = "*"
"""In the place of an id: all that a producer has sent and will send is taken back."""
_UNVOUCHED: Final = "nobody vouches for who says this: it is neither signed nor from a server that checks"


class Received(NamedTuple):
    new_campaigns: int = 0
    changed_campaigns: int = 0
    unchanged_campaigns: int = 0
    """The same version again, or an older one."""
    new_indicators: int = 0
    changed_indicators: int = 0
    duplicates: int = 0
    """New indicators that say what another one of their campaign says already."""
    accepted: int = 0
    """Indicators that came into force by this delivery."""
    quarantined: int = 0
    """New ones that wait for a person."""
    taken_back: int = 0
    opinions: int = 0
    sightings: int = 0
    refused: tuple[Refused, ...] = ()

    @property
    def has_news(self) -> bool:
        """Whether anything is other than before."""
        return any(self._replace(unchanged_campaigns=0, refused=()))


def receive(connection: sqlite3.Connection, read: ReadBundle, delivery: Delivery, peers: Peers) -> Received:
    """Take a delivery in, in one transaction, or as part of one that is open.

    Args:
        connection: Of `open_intel`.
        read: What the reader of its format made of it.
        delivery: How it came.
        peers: Whom to trust how far.

    Raises:
        SettingsError: The state cannot be written.
    """
    if connection.in_transaction:
        return _received(connection, read, delivery, peers)
    with writing(connection):
        return _received(connection, read, delivery, peers)


def _received(connection: sqlite3.Connection, read: ReadBundle, delivery: Delivery, peers: Peers) -> Received:
    read = spare_read(read, peers.lists)
    refused = list(read.refused)
    gone = [*read.revoked, *((one.producer_id, one.id) for one in read.campaigns if one.is_revoked)]
    taken_back = sum(_take_back(connection, *one, delivery, refused) for one in dict.fromkeys(gone))
    kept = [_keep(connection, one, delivery, peers, refused) for one in read.campaigns if not one.is_revoked]
    opinions = _keep_opinions(connection, read, delivery, refused)
    sightings = _keep_sightings(connection, read, delivery, refused)
    found = Received(
        new_campaigns=sum(one.is_new for one in kept),
        changed_campaigns=sum(one.is_changed for one in kept),
        unchanged_campaigns=sum(not one.is_new and not one.is_changed for one in kept),
        new_indicators=sum(one.new for one in kept),
        changed_indicators=sum(one.changed for one in kept),
        duplicates=sum(one.duplicates for one in kept),
        accepted=sum(one.accepted for one in kept),
        quarantined=sum(one.quarantined for one in kept),
        taken_back=taken_back,
        opinions=opinions,
        sightings=sightings,
        refused=tuple(refused),
    )
    _remember(connection, found, delivery)
    return found


def _keep(
    connection: sqlite3.Connection, campaign: SharedCampaign, delivery: Delivery, peers: Peers, refused: list[Refused]
) -> Kept:
    producer = campaign.producer_id
    gone = {name for (name,) in connection.execute("SELECT id FROM taken_back WHERE producer = ?", (producer,))}
    if EVERYTHING in gone:
        refused.append(Refused(id=campaign.id, why="its producer was put out here"))
        return Kept()
    if campaign.id in gone:
        refused.append(Refused(id=campaign.id, why="its producer has taken it back"))
        return Kept()
    assurance = assurance_of(producer, delivery)
    placed = keep_campaign(connection, campaign, delivery, assurance, first_review(campaign, delivery, peers))
    if placed.why_not:
        refused.append(Refused(id=campaign.id, why=placed.why_not))
        return Kept()
    stays = [one for one in campaign.indicators if one.id not in gone]
    return keep_indicators(connection, placed, stays, delivery)


def _take_back(
    connection: sqlite3.Connection, producer: str, name: str, delivery: Delivery, refused: list[Refused]
) -> int:
    """End a campaign or an indicator; gives whether it was in force or in quarantine until now."""
    assurance = assurance_of(producer, delivery)
    before = connection.execute(
        "SELECT max(assurance) FROM campaign WHERE producer = ? AND "
        "(id = ? OR campaign IN (SELECT campaign FROM indicator WHERE id = ?))",
        (producer, name, name),
    ).fetchone()[0]
    if assurance < max(before or 0, Assurance.VOUCHED if before is None else Assurance.NONE):
        refused.append(Refused(id=name, why=_UNVOUCHED))
        return 0
    at = delivery.at.timestamp()
    connection.execute("INSERT OR IGNORE INTO taken_back VALUES (?, ?, ?)", (producer, name, at))
    revoked = (Review.REVOKED, producer, name, Review.REVOKED)
    changed = connection.execute(
        "UPDATE campaign SET review = ? WHERE producer = ? AND id = ? AND review != ?", revoked
    ).rowcount
    connection.execute(
        "UPDATE indicator SET review = ? "
        "WHERE campaign IN (SELECT campaign FROM campaign WHERE producer = ? AND id = ?)",
        revoked[:3],
    )
    changed += connection.execute(
        "UPDATE indicator SET review = ? WHERE campaign IN (SELECT campaign FROM campaign WHERE producer = ?) "
        "AND id = ? AND review != ?",
        revoked,
    ).rowcount
    return int(changed > 0)


def _keep_opinions(connection: sqlite3.Connection, read: ReadBundle, delivery: Delivery, refused: list[Refused]) -> int:
    count = 0
    for one in read.opinions:
        if assurance_of(one.by_id, delivery) is Assurance.NONE:
            refused.append(Refused(id=one.id, why=_UNVOUCHED))
            continue
        for about in one.about_ids:
            count += connection.execute(
                "INSERT INTO opinion VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET stance = excluded.stance, "
                "stated_at = excluded.stated_at, explanation = excluded.explanation, id = excluded.id "
                "WHERE excluded.stated_at > stated_at",
                (about, one.by_id, one.stance, one.at.timestamp(), one.explanation, one.id),
            ).rowcount
    return count


def _keep_sightings(
    connection: sqlite3.Connection, read: ReadBundle, delivery: Delivery, refused: list[Refused]
) -> int:
    count = 0
    for one in read.sightings:
        if assurance_of(one.by_id, delivery) is Assurance.NONE:
            refused.append(Refused(id=one.id, why=_UNVOUCHED))
            continue
        times = (moment.timestamp() for moment in (one.first_seen, one.last_seen))
        count += connection.execute(
            "INSERT OR IGNORE INTO sighting VALUES (?, ?, ?, ?, ?, ?, ?)",
            (one.id, one.of_id, one.by_id, one.at.timestamp(), one.count, *times),
        ).rowcount
    return count


def _remember(connection: sqlite3.Connection, found: Received, delivery: Delivery) -> None:
    at = delivery.at.timestamp()
    _remember_refused(connection, found.refused, delivery.by, at)
    if found.has_news or found.refused:
        counts = {name: value for name, value in found._asdict().items() if value and name != "refused"}
        detail = {"sha256": delivery.sha256, "signed": delivery.signed, **counts, "refused": len(found.refused)}
        add_entries(connection, [Entry(at, "received", "stillwatch", delivery.by, detail)])


def _remember_refused(connection: sqlite3.Connection, refused: Iterable[Refused], by: str, at: float) -> None:
    connection.executemany(
        "INSERT INTO refused (id, why, delivered_by, refused_at) VALUES (?, ?, ?, ?)",
        ((one.id[:200], one.why, by, at) for one in refused),
    )
    connection.execute("DELETE FROM refused WHERE refused <= (SELECT max(refused) FROM refused) - ?", (_MOST_REFUSED,))
