"""Write a campaign as an event of MISP.

    data = write_misp(campaign)
    read_misp(data).campaigns == (campaign,)

Essentials sit in what every instance knows: tags of the taxonomies `tlp`, `PAP`, `iep2-policy` and `misp`, galaxies for
techniques, attributes for what correlates. Objects of our own templates (`vocabulary.misp_templates`) hold the rest, as
types and values that can be read without the templates. The same campaign gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import PERSONAL, Form
from stillwatch.core.marking import Tlp
from stillwatch.intel.misp_indicator import certainty_tag, confidence_tag, write_attribute, write_object
from stillwatch.intel.misp_object import Stamp, misp_object
from stillwatch.intel.misp_tags import UNREVIEWED, technique_tag, write_handling
from stillwatch.intel.stix_ids import derived_id, is_id
from stillwatch.intel.vocabulary.misp_templates import CAMPAIGN, NAMESPACE, STATEMENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.core.shared_campaign import SharedCampaign

_DISTRIBUTION: Final = {Tlp.CLEAR: "3", Tlp.GREEN: "2", Tlp.AMBER: "1", Tlp.AMBER_STRICT: "0", Tlp.RED: "0"}
"""How far MISP passes an event on by itself: 3 all, 2 communities connected to this one, 1 this community, 0 nobody."""
_HIGH, _MEDIUM = 70, 30
"""From where the scale of STIX calls a confidence high, and medium."""
STATE_REVOKED: Final = f'{NAMESPACE}:state="revoked"'
STATE_ACTIVE: Final = f'{NAMESPACE}:state="active"'


def write_misp(campaign: SharedCampaign) -> bytes:
    """The event as JSON, `{"Event": {...}}`.

    Raises:
        InputError: An id is none of STIX, or a value that says who a person is stands there in clear.
    """
    return orjson.dumps({"Event": event_of(campaign)}, option=orjson.OPT_INDENT_2)


def event_of(campaign: SharedCampaign) -> dict[str, Any]:
    """The event as plain values."""
    _check(campaign)
    stamp = Stamp(str(int(campaign.version_at.timestamp())), campaign.is_revoked)
    attributes, objects = list[dict[str, Any]](), [_campaign(campaign, stamp), *_statements(campaign, stamp)]
    for one in campaign.indicators:
        if (plain := write_attribute(one, stamp)) is not None:
            attributes.append(plain)
        else:
            objects.append(write_object(one, stamp))
    return {
        "uuid": _uuid(campaign.id),
        "info": f"Distillation campaign {campaign.name}",
        "date": campaign.first_seen.date().isoformat(),
        "timestamp": stamp.timestamp,
        "publish_timestamp": stamp.timestamp,
        "published": True,
        "analysis": "0" if campaign.is_machine_made else "2",
        "threat_level_id": _threat_level(campaign.confidence),
        "distribution": _DISTRIBUTION[campaign.handling.tlp],
        "Orgc": {"name": campaign.producer_name, "uuid": _uuid(campaign.producer_id)},
        "Tag": [{"name": tag} for tag in dict.fromkeys(tags_of(campaign))],
        "Attribute": attributes,
        "Object": objects,
    }


def tags_of(campaign: SharedCampaign) -> Iterator[str]:
    """Tags of the event as a whole."""
    yield from write_handling(campaign.handling)
    yield STATE_REVOKED if campaign.is_revoked else STATE_ACTIVE
    yield confidence_tag(campaign.confidence)
    if campaign.is_machine_made:
        yield UNREVIEWED
    yield from map(technique_tag, campaign.techniques)


def _threat_level(confidence: int) -> str:
    return "1" if confidence >= _HIGH else "2" if confidence >= _MEDIUM else "3"


def _campaign(campaign: SharedCampaign, stamp: Stamp) -> dict[str, Any]:
    provider = campaign.provider
    values = (
        ("name", campaign.name),
        ("created", campaign.created_at.isoformat()),
        ("version", campaign.version_at.isoformat()),
        ("first-seen", campaign.first_seen.isoformat()),
        ("last-seen", campaign.last_seen.isoformat()),
        ("valid-until", campaign.valid_until.isoformat()),
        ("confidence", str(campaign.confidence)),
        ("accounts", str(campaign.accounts)),
        ("exchanges", str(campaign.exchanges)),
        *(("role", one) for one in campaign.roles),
        *(("capability", one) for one in campaign.capabilities),
        *(("service", one) for one in campaign.services),
        *(("technique", one) for one in campaign.techniques),
        ("response", campaign.response),
        ("legal-basis", campaign.legal_basis),
        ("permitted-use", campaign.handling.permitted_use),
        ("provider-name", provider.name if provider else ""),
        ("provider-country", provider.office_country if provider else ""),
        ("provider-certainty", provider.certainty if provider else ""),
    )
    return misp_object(
        CAMPAIGN,
        [(relation, value) for relation, value in values if value],
        uuid=_uuid(derived_id("object", campaign.id)),
        stamp=stamp,
    )


def _statements(campaign: SharedCampaign, stamp: Stamp) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(campaign.statements):
        values = (("topic", one.topic), ("text", one.text), ("certainty", one.certainty))
        made = misp_object(
            STATEMENT,
            [*((name, text) for name, text in values if text), ("confidence", str(one.confidence))],
            uuid=_uuid(derived_id("object", campaign.id, str(number))),
            stamp=stamp,
        )
        made["Attribute"][0]["Tag"] = [{"name": certainty_tag(one.certainty)}]
        yield made


def _uuid(stix_id: str) -> str:
    return stix_id.partition("--")[2]


def _check(campaign: SharedCampaign) -> None:
    for text, kind in ((campaign.id, "campaign"), (campaign.producer_id, "identity")):
        if not is_id(text, kind):
            raise InputError(f"{text!r} is no id of a STIX {kind}", where=campaign.id, mend=_MEND)
    for one in campaign.indicators:
        if not is_id(one.id, "indicator"):
            raise InputError(f"{one.id!r} is no id of a STIX indicator", where=campaign.id, mend=_MEND)
        if one.form is Form.CLEAR and one.kind in PERSONAL:
            raise InputError(f"a {one.kind} leaves as a token only", where=one.id, mend=_MEND)


_MEND: Final = "it was not written"
