"""Ask the state what was received, from whom, and where it stands.

held_indicators(connection, at=now)      # what was accepted and holds now
received_campaigns(connection)           # all campaigns, for a person to look at
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.indicator import Certainty, Form, Indicator, IndicatorKind
from stillwatch.core.provenance import Review, Stance, joint_stance
from stillwatch.service.sharing.intel_rows import Held

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_HELD: Final = (
    "SELECT i.id, i.kind, i.value, i.form, i.key_id, i.template_kind, i.confidence, i.valid_from, i.valid_until, "
    "i.received_at, c.id, c.producer, c.producer_name, c.name, c.confidence, c.valid_until, c.tlp, c.pap "
    "FROM indicator i JOIN campaign c USING (campaign) WHERE i.review = 'accepted' AND i.valid_until > ? "
    "AND c.valid_until > ? AND c.review != 'revoked'"
)
_CAMPAIGNS: Final = (
    "SELECT c.id, c.producer, c.producer_name, c.name, c.review, c.confidence, c.valid_until, c.tlp, c.pap, "
    "c.is_machine_made, c.signed, c.assurance, c.delivered_by, c.received_at, c.sha256, count(i.id), "
    "coalesce(sum(i.review = 'accepted'), 0), coalesce(sum(i.review = 'quarantined'), 0) "
    "FROM campaign c LEFT JOIN indicator i USING (campaign) GROUP BY c.campaign ORDER BY c.received_at, c.campaign"
)
_INDICATORS: Final = (
    "SELECT i.id, i.kind, i.value, i.form, i.key_id, i.template_kind, i.confidence, i.certainty, i.valid_from, "
    "i.valid_until, c.id, c.producer, i.review FROM indicator i JOIN campaign c USING (campaign) "
    "WHERE i.review NOT IN ('revoked', 'rejected') AND i.valid_until > ? ORDER BY i.indicator"
)


class ReceivedCampaign(NamedTuple):
    """One campaign as a peer has told it, for a list."""

    id: str
    producer_id: str
    producer_name: str
    name: str
    review: Review
    is_disputed: bool
    """Some confirm and others deny it."""
    confidence: int
    valid_until: datetime
    tlp: str
    pap: str
    is_machine_made: bool
    signed: str
    assurance: int
    delivered_by: str
    received_at: datetime
    sha256: str
    indicators: int
    accepted: int
    quarantined: int
    sightings: int
    """What peers have said to have seen of it, added up."""


class ReceivedIndicator(NamedTuple):
    indicator: Indicator
    producer_id: str
    review: Review


def held_indicators(connection: sqlite3.Connection, *, at: float) -> Iterator[Held]:
    """What was accepted and has not run out; `at`: seconds since 1970 UTC."""
    return map(Held._make, connection.execute(_HELD, (at, at)))


def stances(connection: sqlite3.Connection) -> dict[str, dict[str, Stance]]:
    """Id of an indicator or campaign → who has said something about it → what."""
    found: dict[str, dict[str, Stance]] = {}
    for about, by_id, stance in connection.execute("SELECT about, by_id, stance FROM opinion"):
        found.setdefault(about, {})[by_id] = Stance(stance)
    return found


def received_campaigns(connection: sqlite3.Connection) -> tuple[ReceivedCampaign, ...]:
    """All campaigns that were received, the oldest first."""
    said = stances(connection)
    seen = dict(connection.execute("SELECT of_id, sum(sightings) FROM sighting GROUP BY of_id"))
    return tuple(_campaign(row, said, seen) for row in connection.execute(_CAMPAIGNS))


def received_indicators(connection: sqlite3.Connection, *, at: float) -> Iterator[ReceivedIndicator]:
    """What may be looked for in logs: whatever has not run out, been rejected or taken back, quarantined or not."""
    for row in connection.execute(_INDICATORS, (at,)):
        yield ReceivedIndicator(_indicator(row), row[11], Review(row[12]))


def _indicator(row: tuple[Any, ...]) -> Indicator:
    return Indicator(
        id=row[0],
        kind=IndicatorKind(row[1]),
        value=row[2],
        form=Form(row[3]),
        key_id=row[4],
        template_kind=row[5],
        campaign_id=row[10],
        confidence=row[6],
        certainty=Certainty(row[7]),
        valid_from=datetime.fromtimestamp(row[8], UTC),
        valid_until=datetime.fromtimestamp(row[9], UTC),
    )


def _campaign(row: Any, said: dict[str, dict[str, Stance]], seen: dict[str, int]) -> ReceivedCampaign:
    stance = joint_stance(frozenset(said.get(row[0], {}).values()))
    names = ReceivedCampaign._fields
    plain = dict(zip((*names[:5], *names[6:-1]), row, strict=True))
    return ReceivedCampaign(
        **{
            **plain,
            "review": Review(plain["review"]),
            "is_disputed": stance is None,
            "valid_until": datetime.fromtimestamp(plain["valid_until"], UTC),
            "is_machine_made": bool(plain["is_machine_made"]),
            "received_at": datetime.fromtimestamp(plain["received_at"], UTC),
            "sightings": seen.get(plain["id"], 0),
        }
    )
