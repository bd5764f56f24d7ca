from __future__ import annotations

import dataclasses

from shared_factory import campaign, every_kind

from stillwatch.core.shared_campaign import SharedCampaign
from stillwatch.intel.share_reasons import leaves_of

_SHOWN = {
    "id": "id",
    "version_at": "versions",
    "created_at": "versions",
    "producer_id": "producer",
    "producer_name": "producer",
    "name": "name",
    "first_seen": "window",
    "last_seen": "window",
    "valid_until": "valid until",
    "confidence": "confidence",
    "accounts": "size",
    "exchanges": "size",
    "roles": "role",
    "capabilities": "capability",
    "techniques": "technique",
    "services": "service",
    "statements": "behaviour:harvest",
    "response": "response",
    "legal_basis": "legal basis",
    "provider": "account-network provider",
    "handling": "marking",
    "indicators": "indicator: template",
    "is_revoked": "taken back",
    "is_machine_made": "machine-made",
}
"""Field of a shared campaign → where the preview shows it."""


def test_every_field_is_shown_with_its_reason() -> None:
    assert set(_SHOWN) == {field.name for field in dataclasses.fields(SharedCampaign)}
    shown = leaves_of(campaign(indicators=every_kind(), is_revoked=True))
    assert set(_SHOWN.values()) <= {one.field for one in shown}
    assert all(one.value and one.why for one in shown)
    assert sum(one.field.startswith("indicator") for one in shown) == len(every_kind())


def test_what_a_person_added_is_not_said_to_be_blanked_out() -> None:
    why = {one.field: one.why for one in leaves_of(campaign())}
    assert why["behaviour:harvest"] == "inferred, 80 of 100; you said so"
