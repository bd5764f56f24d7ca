"""Write a campaign as a bundle of STIX 2.1.

    data = write_bundle(campaign)
    read_bundle(data).campaigns == (campaign,)

What is essential sits in standard objects, so that a reader who does not know our extension loses nothing of it; the
extension repeats it in one place, typed. The same campaign gives the same bytes: objects that follow from it have ids
that follow from its id, so a store that already holds them keeps one of each.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import PERSONAL, Form
from stillwatch.intel import stix_objects as stix
from stillwatch.intel.stix_campaign import campaign_parts, pool_parts
from stillwatch.intel.stix_ids import derived_id, is_id
from stillwatch.intel.stix_indicator import IndicatorWriter
from stillwatch.intel.stix_markings import marked
from stillwatch.intel.stix_observable import observable
from stillwatch.intel.vocabulary.extension import AUTHOR, DEFINITION, PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stillwatch.core.indicator import Indicator
    from stillwatch.core.shared_campaign import SharedCampaign
    from stillwatch.intel.stix_markings import Marked

_TICK: Final = timedelta(milliseconds=1)
"""What STIX tells apart."""
_encoder: Final = msgspec.json.Encoder()


def write_bundle(campaign: SharedCampaign) -> bytes:
    """Write it, with its markings and all that it refers to.

    Raises:
        InputError: An id is none of STIX, a moment comes before the one that it follows, a confidence is out of range,
            or a value that says who a person is stands there in clear.
    """
    _check(campaign)
    return bundle_of(campaign.id, campaign_objects(campaign))


def bundle_of(about: str, objects: Iterable[stix.StixObject]) -> bytes:
    """Objects as one bundle, whose id follows from what it is about and what is in it."""
    listed = list(objects)
    body = _encoder.encode(listed)
    bundle_id = derived_id("bundle", about, body.decode())
    return b'{"type":"bundle","id":"' + bundle_id.encode() + b'","objects":' + body + b"}"


def campaign_objects(campaign: SharedCampaign) -> Iterator[stix.StixObject]:
    """Every object of its bundle, what is referred to before what refers to it."""
    markings = marked(campaign.handling)
    yield from (
        AUTHOR,
        DEFINITION,
        *markings.definitions,
        producer_identity(campaign.producer_id, campaign.producer_name),
    )
    yield from campaign_parts(campaign, markings.refs)
    yield from _indicators(campaign, markings)


def producer_identity(producer_id: str, name: str) -> stix.Identity:
    """The producer as an object that is the same in all its bundles, as long as it keeps its name."""
    return stix.Identity(
        id=producer_id,
        spec_version="2.1",
        created_by_ref=producer_id,
        created=PUBLISHED,
        modified=PUBLISHED,
        name=name,
        identity_class="organization",
    )


def _indicators(campaign: SharedCampaign, markings: Marked) -> Iterator[stix.StixObject]:
    """Indicators with what they indicate, their observables, and one object that holds these together."""
    writer, seen = IndicatorWriter(campaign, markings.refs), set[str]()
    for one in campaign.indicators:
        found = observable(one, markings.refs)
        if found is not None and found.id not in seen:
            seen.add(found.id)
            yield found
        yield writer.indicator(one)
        yield writer.indicates(one, derived_id("relationship", one.id, campaign.id))
    if seen:
        yield from pool_parts(campaign, markings.refs, sorted(seen))


def _check(campaign: SharedCampaign) -> None:
    where = campaign.id
    for text, kind in ((campaign.id, "campaign"), (campaign.producer_id, "identity")):
        _demand(is_id(text, kind), f"{text!r} is no id of a STIX {kind}", where)
    _demand(campaign.created_at <= campaign.version_at, "its version is older than itself", where)
    _demand(campaign.first_seen <= campaign.last_seen, "it was last seen before it was first seen", where)
    for one in campaign.indicators:
        if fault := _fault(one, campaign.id):
            raise InputError(fault, where=one.id, mend="it was not written")


def _fault(one: Indicator, campaign_id: str) -> str:
    """Why it must not be written, or nothing."""
    if not is_id(one.id, "indicator"):
        return "its id is none of a STIX indicator"
    if one.campaign_id != campaign_id:
        return "it is of another campaign"
    if one.valid_until - one.valid_from < _TICK:
        return "it ends before it begins"
    if not 0 <= one.confidence <= 100:
        return f"confidence {one.confidence} is not within 0 … 100"
    return f"a {one.kind} leaves as a token only" if one.form is Form.CLEAR and one.kind in PERSONAL else ""


def _demand(holds: bool, what: str, where: str) -> None:
    if not holds:
        raise InputError(what, where=where, mend="it was not written")
