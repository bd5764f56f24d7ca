"""What was received and may be looked for in logs, as campaigns with their indicators.

hunted = hunted_campaigns(connection, at=now)

That is what has neither run out nor been rejected or taken back, quarantined or not: looking into one's own logs harms
nobody, and what it finds is a lead for a person.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.marking import Handling, Pap, Tlp
from stillwatch.core.shared_campaign import SharedCampaign
from stillwatch.service.sharing.held import received_indicators

if TYPE_CHECKING:
    import sqlite3

    from stillwatch.core.indicator import Indicator

_DOCUMENTS: Final = "SELECT document FROM campaign WHERE review NOT IN ('revoked', 'rejected')"


def hunted_campaigns(connection: sqlite3.Connection, *, at: float) -> tuple[SharedCampaign, ...]:
    """What a hunt needs of each campaign; `connection` of `open_intel`, `at` in seconds since 1970 UTC."""
    indicators: dict[tuple[str, str], list[Indicator]] = {}
    for one in received_indicators(connection, at=at):
        indicators.setdefault((one.producer_id, one.indicator.campaign_id), []).append(one.indicator)
    documents = (orjson.loads(text) for (text,) in connection.execute(_DOCUMENTS))
    return tuple(
        _campaign(one, indicators[key]) for one in documents if (key := (one["producer_id"], one["id"])) in indicators
    )


def _campaign(document: dict[str, Any], indicators: list[Indicator]) -> SharedCampaign:
    marked = document["handling"]
    return SharedCampaign(
        id=document["id"],
        producer_id=document["producer_id"],
        producer_name=document["producer_name"],
        name=document["name"],
        confidence=document["confidence"],
        accounts=document["accounts"],
        exchanges=document["exchanges"],
        version_at=_moment(document["version_at"]),
        created_at=_moment(document["created_at"]),
        first_seen=_moment(document["first_seen"]),
        last_seen=_moment(document["last_seen"]),
        valid_until=_moment(document["valid_until"]),
        handling=Handling(
            tlp=Tlp(marked["tlp"]),
            pap=Pap(marked["pap"]),
            permitted_use=marked["permitted_use"],
            must_not_name_source=marked["must_not_name_source"],
            may_resell=marked["may_resell"],
        ),
        indicators=tuple(indicators),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
