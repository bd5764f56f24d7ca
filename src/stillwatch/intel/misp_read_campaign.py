"""Read what an event says of its campaign: our own objects where it has them, else what every event has."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.indicator import Certainty
from stillwatch.core.shared_campaign import NetworkProvider, Response, SharedCampaign, Statement
from stillwatch.intel import misp_received as misp
from stillwatch.intel.misp_read_indicator import Around, facts_of
from stillwatch.intel.misp_tags import UNREVIEWED, read_handling, read_techniques
from stillwatch.intel.misp_write import STATE_REVOKED
from stillwatch.intel.stix_ids import derived_id, is_id
from stillwatch.intel.vocabulary.misp_templates import CAMPAIGN, STATEMENT
from stillwatch.intel.vocabulary.techniques import TECHNIQUES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.intel.read_limits import ReadLimits

_MOST: Final = 10**18
_LONGEST: Final = 65_536
_SEVERAL: Final = 1000

Said = dict[str, list[str]]
"""Relation → its values in order; a relation that is not there is not in it."""


class Described(NamedTuple):
    campaign: SharedCampaign
    """Without indicators."""
    around: Around


def read_campaign(
    event: misp.Event, objects: Sequence[tuple[str, Sequence[misp.Attribute]]], limits: ReadLimits
) -> Described:
    """The campaign, and what its indicators inherit. A stricter marking of a part holds for the whole.

    Args:
        event: As it was sent.
        objects: Names of its objects with their attributes; those of the event itself have no name.
        limits: What holds for what is not stated.

    Raises:
        ValueError: The event has no UUID or no producer.
    """
    campaign_id = f"campaign--{event.uuid.lower()}"
    if not is_id(campaign_id):
        raise ValueError("the event has no UUID")
    own = next((_said(inner) for name, inner in objects if name == CAMPAIGN.name), None)
    said = own or {}
    tags = [tag.name for tag in event.Tag]
    at = _time(said, "version") or misp.moment(event.timestamp) or misp.moment(event.date)
    if at is None:
        raise ValueError("the event has no time")
    began = _time(said, "first-seen") or min(misp.moment(event.date) or at, at)
    stated = facts_of(event.Tag).confidence
    confidence = min(100, _count(said, "confidence")) if "confidence" in said else stated
    confidence = limits.confidence if confidence is None else confidence
    producer = event.Orgc or event.Org or misp.Organisation()
    parts = [tag.name for _, inner in objects for one in inner for tag in one.Tag]
    campaign = SharedCampaign(
        id=campaign_id,
        created_at=min(_time(said, "created") or at, at),
        version_at=at,
        producer_id=_producer_id(producer),
        producer_name=producer.name[:_LONGEST],
        name=_first(said, "name") or event.info[:_LONGEST] or campaign_id,
        first_seen=began,
        last_seen=max(_time(said, "last-seen") or at, began),
        valid_until=_time(said, "valid-until") or at + limits.lifetime,
        confidence=confidence,
        accounts=_count(said, "accounts"),
        exchanges=_count(said, "exchanges"),
        roles=tuple(said.get("role", ())),
        capabilities=tuple(said.get("capability", ())),
        services=tuple(said.get("service", ())),
        techniques=tuple(said.get("technique", ())) if own else _techniques(event, tags),
        statements=tuple(_statement(_said(inner)) for name, inner in objects if name == STATEMENT.name),
        response=_response(_first(said, "response")),
        legal_basis=_first(said, "legal-basis"),
        provider=_provider(said),
        handling=read_handling([*tags, *parts], permitted_use=_first(said, "permitted-use")),
        is_revoked=STATE_REVOKED in tags,
        is_machine_made=UNREVIEWED in tags,
    )
    around = Around(
        campaign_id=campaign_id, at=at, lifetime=limits.lifetime, confidence=confidence, is_ours=own is not None
    )
    return Described(campaign, around)


def _techniques(event: misp.Event, tags: Sequence[str]) -> tuple[str, ...]:
    clusters = [cluster for one in event.Galaxy for cluster in one.GalaxyCluster]
    ids = [one.meta.external_id for one in clusters]
    named = [id_ for one in ids for id_ in ((one,) if isinstance(one, str) else one) if id_ in TECHNIQUES]
    return tuple(dict.fromkeys((*named, *read_techniques([*tags, *(one.tag_name for one in clusters)]))))


def _producer_id(producer: misp.Organisation) -> str:
    id_ = f"identity--{producer.uuid.lower()}"
    if is_id(id_):
        return id_
    if not producer.name:
        raise ValueError("the event names no producer")
    return derived_id("identity", "misp", producer.name)


def _said(attributes: Sequence[misp.Attribute]) -> Said:
    said: Said = {}
    for one in attributes:
        values = said.setdefault(one.object_relation or "", [])
        if len(values) < _SEVERAL:
            values.append(str(one.value)[:_LONGEST])
    return said


def _statement(said: Said) -> Statement:
    return Statement(
        topic=_first(said, "topic"),
        text=_first(said, "text"),
        certainty=_certainty(said, "certainty"),
        confidence=min(100, _count(said, "confidence")),
    )


def _provider(said: Said) -> NetworkProvider | None:
    if not _first(said, "provider-name"):
        return None
    return NetworkProvider(
        name=_first(said, "provider-name"),
        office_country=_first(said, "provider-country"),
        certainty=_certainty(said, "provider-certainty"),
    )


def _certainty(said: Mapping[str, list[str]], relation: str) -> Certainty:
    word = _first(said, relation)
    return Certainty(word) if word in set(Certainty) else Certainty.ALLEGED


def _response(word: str) -> Response:
    return Response(word) if word in set(Response) else Response.NONE


def _first(said: Mapping[str, list[str]], relation: str) -> str:
    return said.get(relation, [""])[0]


def _count(said: Mapping[str, list[str]], relation: str) -> int:
    text = _first(said, relation)
    return min(int(text), _MOST) if text.isascii() and text.isdigit() and len(text) <= len(str(_MOST)) else 0


def _time(said: Mapping[str, list[str]], relation: str) -> datetime | None:
    found = misp.moment(_first(said, relation))
    return found.astimezone(UTC) if found else None
