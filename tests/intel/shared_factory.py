"""A campaign as one member tells it, in one short call."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from stillwatch.core.indicator import Certainty, Form, Indicator, IndicatorKind
from stillwatch.core.key_kind import KeyKind
from stillwatch.core.shared_campaign import NetworkProvider, Response, SharedCampaign, Statement

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CAMPAIGN = "campaign--0b62a4e4-0a4c-4f0e-9d5a-6a4a1f5c3b11"
PRODUCER = "identity--5d3f9f2e-54d1-4b6a-8b7c-1f2d3c4b5a69"
KEY = "0011223344556677"


def indicator(number: int = 0, **changes: Any) -> Indicator:
    one = Indicator(
        id=f"indicator--{number:08x}-7f0e-4c61-9f6b-3f0c5f3e2d1a",
        kind=IndicatorKind.ACCOUNT,
        value=f"account-{number}",
        campaign_id=CAMPAIGN,
        confidence=90,
        valid_from=NOW,
        valid_until=NOW + timedelta(days=30),
    )
    return replace(one, **changes)


def every_kind() -> tuple[Indicator, ...]:
    """One of each kind that may leave, in clear or keyed as it may."""
    clear = {
        IndicatorKind.ACCOUNT: "o'brien\\1",
        IndicatorKind.ADDRESS: "2001:db8::1",
        IndicatorKind.PREFIX: "192.0.2.0/24",
        IndicatorKind.ASN: "64500",
        IndicatorKind.DOMAIN: "proxy.example",
        IndicatorKind.USER_AGENT: "tool/1.0 (x)",
        IndicatorKind.CLIENT: "tool/1.0|host,accept|t13d",
        IndicatorKind.TLS_JA4: "t13d1516h2_8daaf6152771_b186095e22b6",
        IndicatorKind.OTHER: "@messenger",
    }
    keyed = dict.fromkeys((IndicatorKind.EMAIL, IndicatorKind.PHONE, IndicatorKind.PAYMENT), Form.OPRF)
    keyed[IndicatorKind.DEVICE] = Form.PAIRWISE
    said = [
        *({"kind": kind, "value": value} for kind, value in clear.items()),
        *({"kind": kind, "value": "ab" * 32, "form": form, "key_id": "e-7"} for kind, form in keyed.items()),
        {
            "kind": IndicatorKind.TEMPLATE,
            "value": "-42",
            "form": Form.SALTED,
            "key_id": KEY,
            "template_kind": int(KeyKind.SYSTEM),
        },
    ]
    return tuple(indicator(number, certainty=Certainty.INFERRED, **one) for number, one in enumerate(said))


def campaign(**changes: Any) -> SharedCampaign:
    one = SharedCampaign(
        id=CAMPAIGN,
        version_at=NOW,
        created_at=NOW - timedelta(days=1),
        producer_id=PRODUCER,
        producer_name="Member A",
        name="cluster-17",
        first_seen=NOW - timedelta(days=20),
        last_seen=NOW - timedelta(hours=2),
        valid_until=NOW + timedelta(days=30),
        confidence=95,
        accounts=120,
        exchanges=3_400_000_000,
        roles=("harvest", "reward model"),
        capabilities=("code", "reasoning: maths"),
        techniques=("AML.T0024.002", "AML.T0008.005", "SW.T0003"),
        services=("example-large-2",),
        statements=(
            Statement(
                topic="family:timing", text="They keep one timetable.", certainty=Certainty.OBSERVED, confidence=99
            ),
            Statement(
                topic="behaviour:harvest",
                text="One template, 9000 fills.",
                certainty=Certainty.INFERRED,
                confidence=80,
            ),
        ),
        response=Response.BLOCKED,
        legal_basis="contract between the members",
        provider=NetworkProvider(name="provider-3", office_country="AQ", certainty=Certainty.ALLEGED),
        indicators=(indicator(),),
    )
    return replace(one, **changes)
