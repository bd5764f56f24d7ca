"""Write examples/sharing from the code: `python docs/sharing_examples.py`. A test holds the committed files to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import orjson

from stillwatch.core.feedback import Opinion, Sighting
from stillwatch.core.indicator import Certainty, Form, Indicator, IndicatorKind
from stillwatch.core.key_kind import KeyKind
from stillwatch.core.marking import Handling, Tlp
from stillwatch.core.provenance import Stance
from stillwatch.core.salt_id import salt_id
from stillwatch.core.shared_campaign import NetworkProvider, Response, SharedCampaign, Statement
from stillwatch.intel.stix_feedback import write_feedback
from stillwatch.intel.stix_write import write_bundle
from stillwatch.intel.vocabulary.extension import DEFINITION

EXAMPLES: Final = Path(__file__).parents[1] / "examples" / "sharing"
_NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
_ID: Final = "campaign--0b62a4e4-0a4c-4f0e-9d5a-6a4a1f5c3b11"
_LAB: Final = "identity--5d3f9f2e-54d1-4b6a-8b7c-1f2d3c4b5a69"
_CLOUD: Final = "identity--7c1e4a5b-2d3f-4e6a-9b8c-0d1e2f3a4b5c"
_STRICT: Final = Handling(tlp=Tlp.AMBER_STRICT)


def main() -> None:
    EXAMPLES.mkdir(exist_ok=True)
    for name, text in examples().items():
        (EXAMPLES / name).write_bytes(text)


def examples() -> dict[str, bytes]:
    """File name → content."""
    seen = Sighting(
        id="sighting--3b1d5e9a-7c2f-4d8e-9a6b-5c4d3e2f1a0b",
        of_id="indicator--00000001-7f0e-4c61-9f6b-3f0c5f3e2d1a",
        by_id=_CLOUD,
        at=_NOW + timedelta(hours=1),
        count=412,
        first_seen=_NOW - timedelta(days=2),
        last_seen=_NOW,
    )
    said = Opinion(
        id="opinion--9e8d7c6b-5a4f-4e3d-8c2b-1a0f9e8d7c6b",
        about_ids=(_ID,),
        by_id=_CLOUD,
        at=_NOW + timedelta(hours=1),
        stance=Stance.CONFIRMS,
        explanation="The same template key in the logs of four accounts.",
    )
    told = write_feedback(_CLOUD, "Cloud B", handling=_STRICT, sightings=[seen], opinions=[said])
    return {
        "campaign.json": _laid_out(write_bundle(_campaign())),
        "feedback.json": _laid_out(told),
        "extension-definition.json": _laid_out(msgspec.json.encode(DEFINITION)),
    }


def _campaign() -> SharedCampaign:
    return SharedCampaign(
        id=_ID,
        version_at=_NOW,
        created_at=_NOW,
        producer_id=_LAB,
        producer_name="Lab A",
        name="cluster-1f5c3b11",
        first_seen=_NOW - timedelta(days=17),
        last_seen=_NOW,
        valid_until=_NOW + timedelta(days=30),
        confidence=96,
        accounts=273,
        exchanges=3_400_000,
        roles=("response_harvest", "reward_model"),
        capabilities=("coding", "mathematics"),
        techniques=("AML.T0040", "AML.T0024.002", "SW.T0003", "SW.T0009"),
        services=("example-large-2",),
        statements=(
            _said("timing:common_rhythm", "The accounts keep one timetable.", Certainty.OBSERVED, 99),
            _said("purpose:coordination", "One list of prompts is dealt out to them.", Certainty.INFERRED, 90),
            _said("credential:fraudulent", "Opened with stolen cards, says their issuer.", Certainty.ALLEGED, 60),
        ),
        response=Response.BLOCKED,
        legal_basis="agreement of the members on the exchange of threat information",
        provider=NetworkProvider(name="provider-3", office_country="AQ"),
        handling=_STRICT,
        indicators=(
            _indicator(1, kind=IndicatorKind.TEMPLATE, value="-6543740231545968592", template_kind=int(KeyKind.SYSTEM)),
            _indicator(2, kind=IndicatorKind.PREFIX, value="192.0.2.0/24", form=Form.CLEAR, key_id="", confidence=40),
            _indicator(3, kind=IndicatorKind.PAYMENT, value="5f" * 32, form=Form.OPRF, key_id="2026-11"),
        ),
    )


def _said(topic: str, text: str, certainty: Certainty, confidence: int) -> Statement:
    return Statement(topic=topic, text=text, certainty=certainty, confidence=confidence)


def _indicator(number: int, **said: Any) -> Indicator:
    usual = {"form": Form.SALTED, "key_id": salt_id(7), "confidence": 90}
    return Indicator(
        id=f"indicator--{number:08x}-7f0e-4c61-9f6b-3f0c5f3e2d1a",
        campaign_id=_ID,
        valid_from=_NOW,
        valid_until=_NOW + timedelta(days=30),
        **(usual | said),
    )


def _laid_out(data: bytes) -> bytes:
    return orjson.dumps(orjson.loads(data), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    main()
