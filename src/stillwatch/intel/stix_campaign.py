"""A campaign as STIX writes it: the object, what it uses, what is said of it, and how much of it was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.intel import stix_objects as stix
from stillwatch.intel.stix_ids import derived_id
from stillwatch.intel.stix_labels import write_labels
from stillwatch.intel.stix_time import stix_time
from stillwatch.intel.vocabulary.extension import EXTENSION_ID
from stillwatch.intel.vocabulary.techniques import attack_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.core.shared_campaign import NetworkProvider, SharedCampaign

POOL: Final = "account-pool"
PROVIDER: Final = "account-network-provider"


def campaign_parts(campaign: SharedCampaign, refs: tuple[str, ...]) -> Iterator[stix.StixObject]:
    """The campaign, its techniques, its provider, its statements as notes, and its volume as a sighting."""
    common = _common(campaign, refs)
    yield stix.Campaign(
        id=campaign.id,
        labels=write_labels(campaign),
        confidence=campaign.confidence,
        extensions={EXTENSION_ID: _extension(campaign)},
        name=campaign.name,
        description=_description(campaign),
        first_seen=stix_time(campaign.first_seen),
        last_seen=stix_time(campaign.last_seen),
        objective="Replies of a language model, to train another model on.",
        **common,
    )
    for technique in dict.fromkeys(campaign.techniques):
        used = attack_pattern(technique)
        yield used
        yield _tie(campaign, refs, campaign.id, "uses", used.id)
    if campaign.provider:
        yield from _provider(campaign, campaign.provider, refs)
    for number, one in enumerate(campaign.statements):
        yield stix.Note(
            id=derived_id("note", campaign.id, str(number)),
            labels=(f"certainty:{one.certainty}", f"topic:{one.topic}"),
            confidence=one.confidence,
            abstract=one.topic,
            content=one.text,
            object_refs=[campaign.id],
            **common,
        )
    if campaign.exchanges:
        yield stix.Sighting(
            id=derived_id("sighting", campaign.id),
            sighting_of_ref=campaign.id,
            where_sighted_refs=[campaign.producer_id],
            count=min(campaign.exchanges, stix.MOST_COUNTED),
            first_seen=stix_time(campaign.first_seen),
            last_seen=stix_time(campaign.last_seen),
            **common,
        )


def pool_parts(campaign: SharedCampaign, refs: tuple[str, ...], observables: list[str]) -> Iterator[stix.StixObject]:
    """The accounts and addresses as one pool that the campaign uses; two objects, however many there are."""
    common = _common(campaign, refs)
    pool, held = derived_id("infrastructure", campaign.id, POOL), derived_id("observed-data", campaign.id)
    yield stix.Infrastructure(
        id=pool,
        labels=(POOL,),
        name=f"Accounts and addresses of {campaign.name}",
        description="What the campaign was seen to use; others may use the same addresses honestly.",
        infrastructure_types=["unknown"],
        **common,
    )
    yield stix.ObservedData(
        id=held,
        first_observed=stix_time(campaign.first_seen),
        last_observed=stix_time(campaign.last_seen),
        number_observed=max(1, min(campaign.exchanges, stix.MOST_COUNTED)),
        object_refs=observables,
        **common,
    )
    yield _tie(campaign, refs, campaign.id, "uses", pool)
    yield _tie(campaign, refs, pool, "consists-of", held)


def _provider(campaign: SharedCampaign, provider: NetworkProvider, refs: tuple[str, ...]) -> Iterator[stix.StixObject]:
    common = _common(campaign, refs)
    network = derived_id("infrastructure", campaign.id, PROVIDER)
    yield stix.Infrastructure(
        id=network,
        labels=(PROVIDER, f"certainty:{provider.certainty}"),
        name=provider.name,
        description=f"Whoever sold or ran the accounts: {provider.certainty}.",
        infrastructure_types=["anonymization"],
        **common,
    )
    yield _tie(campaign, refs, campaign.id, "uses", network)
    if provider.office_country:
        place = derived_id("location", campaign.id, provider.office_country)
        yield stix.Location(id=place, name=provider.office_country, country=provider.office_country, **common)
        yield _tie(campaign, refs, network, "located-at", place)


def _common(campaign: SharedCampaign, refs: tuple[str, ...]) -> dict[str, Any]:
    return {
        "spec_version": "2.1",
        "created_by_ref": campaign.producer_id,
        "created": stix_time(campaign.created_at),
        "modified": stix_time(campaign.version_at),
        "revoked": campaign.is_revoked,
        "object_marking_refs": refs,
    }


def _tie(campaign: SharedCampaign, refs: tuple[str, ...], source: str, how: str, target: str) -> stix.Relationship:
    return stix.Relationship(
        id=derived_id("relationship", campaign.id, source, how, target),
        relationship_type=how,
        source_ref=source,
        target_ref=target,
        **_common(campaign, refs),
    )


def _description(campaign: SharedCampaign) -> str:
    """The same for people."""
    taken = ", ".join(campaign.capabilities) or "not stated"
    lines = (
        f"{campaign.accounts} accounts acting as one sent {campaign.exchanges} exchanges.",
        f"Taken: {taken}. From: {', '.join(campaign.services) or 'not stated'}.",
        f"Roles: {', '.join(campaign.roles) or 'not stated'}. Response so far: {campaign.response}.",
        f"Holds until {stix_time(campaign.valid_until)}. Use: {campaign.handling.permitted_use}.",
        f"Shared on the ground of: {campaign.legal_basis or 'not stated'}.",
        *(f"{one.certainty.capitalize()} ({one.confidence} of 100): {one.text}" for one in campaign.statements),
    )
    return "\n".join(lines)


def _extension(campaign: SharedCampaign) -> dict[str, Any]:
    says: dict[str, Any] = {
        "extension_type": "property-extension",
        "cluster": campaign.name,
        "window": {"start": stix_time(campaign.first_seen), "end": stix_time(campaign.last_seen)},
        "valid_until": stix_time(campaign.valid_until),
        "accounts": campaign.accounts,
        "exchanges": campaign.exchanges,
        "roles": campaign.roles,
        "capabilities": campaign.capabilities,
        "techniques": campaign.techniques,
        "services": campaign.services,
        "statements": [
            {"topic": one.topic, "text": one.text, "certainty": one.certainty, "confidence": one.confidence}
            for one in campaign.statements
        ],
        "response": campaign.response,
        "permitted_use": campaign.handling.permitted_use,
        "machine_made": campaign.is_machine_made,
    }
    if campaign.legal_basis:
        says["legal_basis"] = campaign.legal_basis
    if campaign.provider:
        provider = {"name": campaign.provider.name, "certainty": campaign.provider.certainty}
        country = campaign.provider.office_country
        says["account_network_provider"] = provider | ({"office_country": country} if country else {})
    # STIX knows no empty list
    return {name: value for name, value in says.items() if value not in ((), [])}
