"""Essentials of a campaign as labels, `name:value`, for programs that know no extension; and read back from them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from stillwatch.intel.stix_received import CampaignSays
from stillwatch.intel.stix_time import stix_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.core.shared_campaign import SharedCampaign

_MACHINE_MADE = "machine-made"
_MOST = 10**18


def write_labels(campaign: SharedCampaign) -> tuple[str, ...]:
    return (
        f"accounts:{campaign.accounts}",
        f"exchanges:{campaign.exchanges}",
        f"valid-until:{stix_time(campaign.valid_until)}",
        f"response:{campaign.response}",
        *(f"role:{one}" for one in campaign.roles),
        *(f"capability:{one}" for one in campaign.capabilities),
        *(f"service:{one}" for one in campaign.services),
        *((f"legal-basis:{campaign.legal_basis}",) if campaign.legal_basis else ()),
        *((_MACHINE_MADE,) if campaign.is_machine_made else ()),
    )


def read_labels(labels: Iterable[str], *, valid_until: datetime) -> CampaignSays:
    """What the labels say, in the terms of the extension; `valid_until` holds where they name no end."""
    said: dict[str, list[str]] = {}
    for label in labels:
        name, _, value = label.partition(":")
        said.setdefault(name, []).append(value)
    return CampaignSays(
        valid_until=_moment(said.get("valid-until"), valid_until),
        accounts=_count(said.get("accounts")),
        exchanges=_count(said.get("exchanges")),
        roles=tuple(said.get("role", ())),
        capabilities=tuple(said.get("capability", ())),
        services=tuple(said.get("service", ())),
        response=said.get("response", ["none"])[0],
        legal_basis=said.get("legal-basis", [""])[0],
        machine_made=_MACHINE_MADE in said,
    )


def _count(values: list[str] | None) -> int:
    text = values[0] if values else ""
    return min(int(text), _MOST) if text.isascii() and text.isdigit() and len(text) <= len(str(_MOST)) else 0


def _moment(values: list[str] | None, otherwise: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(values[0]) if values else otherwise
    except ValueError:
        return otherwise
    return moment if moment.tzinfo else otherwise
