"""Hand-made intelligence: a campaign of a peer in one short call, an indicator of it in another."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from stillwatch.core.indicator import Indicator, IndicatorKind
from stillwatch.core.shared_campaign import SharedCampaign

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
ENDED = datetime(2026, 3, 20, tzinfo=UTC)
VALID_UNTIL = datetime(2026, 9, 1, tzinfo=UTC)


def some_id(kind: str, name: str) -> str:
    """The id of a STIX object, the same for the same name."""
    digits = hashlib.sha256(name.encode()).hexdigest()
    return f"{kind}--{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


CAMPAIGN = some_id("campaign", "one")
PRODUCER = some_id("identity", "Northlight")


def indicator(kind: IndicatorKind, value: str, **more: Any) -> Indicator:
    fields: dict[str, Any] = {
        "id": some_id("indicator", f"{kind} {value}"),
        "campaign_id": CAMPAIGN,
        "confidence": 70,
        "valid_from": BEGAN,
        "valid_until": VALID_UNTIL,
    }
    return Indicator(kind=kind, value=value, **(fields | more))


def campaign(*indicators: Indicator, **more: Any) -> SharedCampaign:
    fields: dict[str, Any] = {
        "id": CAMPAIGN,
        "created_at": datetime(2026, 3, 21, tzinfo=UTC),
        "version_at": datetime(2026, 3, 22, 8, 30, 15, 250_000, tzinfo=UTC),
        "producer_id": PRODUCER,
        "producer_name": "Northlight",
        "name": "grey heron",
        "first_seen": BEGAN,
        "last_seen": ENDED,
        "valid_until": VALID_UNTIL,
        "confidence": 90,
        "accounts": 60,
        "exchanges": 14_016,
    }
    return SharedCampaign(indicators=indicators, **(fields | more))
