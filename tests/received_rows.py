"""Campaigns as peers tell them, in few words, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from stillwatch.core.indicator import Indicator, IndicatorKind
from stillwatch.core.read_bundle import ReadBundle
from stillwatch.core.shared_campaign import SharedCampaign
from stillwatch.intel.stix_write import write_bundle
from stillwatch.service.sharing.delivery import Delivery
from stillwatch.service.sharing.peers import Accept, Peers, Producer

NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
LAB_A: Final = "identity--aaaaaaaa-0000-4000-8000-000000000001"
LAB_B: Final = "identity--bbbbbbbb-0000-4000-8000-000000000002"
HERE: Final = "identity--cccccccc-0000-4000-8000-000000000003"


def stix_id(kind: str, number: int) -> str:
    return f"{kind}--00000000-0000-4000-8000-{number:012d}"


def indicator(number: int = 1, value: str = "198.51.100.7", **other: Any) -> Indicator:
    usual: dict[str, Any] = {
        "id": stix_id("indicator", number),
        "kind": IndicatorKind.ADDRESS,
        "value": value,
        "campaign_id": stix_id("campaign", 1),
        "confidence": 90,
        "valid_from": NOW - timedelta(days=1),
        "valid_until": NOW + timedelta(days=30),
    }
    return Indicator(**usual | other)


def campaign(*indicators: Indicator, number: int = 1, version: int = 1, **other: Any) -> SharedCampaign:
    usual: dict[str, Any] = {
        "id": stix_id("campaign", number),
        "version_at": NOW + timedelta(minutes=version),
        "created_at": NOW - timedelta(days=1),
        "producer_id": LAB_A,
        "producer_name": "Lab A",
        "name": "HEDGEHOG",
        "first_seen": NOW - timedelta(days=9),
        "last_seen": NOW,
        "valid_until": NOW + timedelta(days=60),
        "confidence": 80,
        "accounts": 40,
        "exchanges": 9000,
        "indicators": indicators,
    }
    return SharedCampaign(**usual | other)


def bundle(*campaigns: SharedCampaign, **other: Any) -> ReadBundle:
    return ReadBundle(campaigns=campaigns, **other)


def delivery(**other: Any) -> Delivery:
    """From a hub that vouches."""
    return Delivery(**{"by": "hub", "at": NOW, "sha256": "00", "is_vouched": True} | other)


def peers(accept: Accept = Accept.REVIEWED, **other: Any) -> Peers:
    """Lab A is trusted as far as `accept` says, and nobody else."""
    return Peers(identity=HERE, producers={LAB_A: Producer(id=LAB_A, accept=accept, **other)})


def stix(*indicators: Indicator, **other: Any) -> bytes:
    """A campaign as its bundle of STIX."""
    return write_bundle(campaign(*indicators, **other))


def documents(data: bytes) -> list[Any]:
    """The objects of a bundle, parsed."""
    found: list[Any] = orjson.loads(data)["objects"]
    return found
