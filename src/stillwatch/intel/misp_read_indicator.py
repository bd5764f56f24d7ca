"""Read attributes and objects of an event as indicators, with what others have seen of them."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.feedback import Opinion, Sighting
from stillwatch.core.indicator import Certainty, Form, Indicator, IndicatorKind
from stillwatch.core.provenance import Stance
from stillwatch.intel import misp_received as misp
from stillwatch.intel.stix_ids import derived_id, is_id
from stillwatch.intel.stix_pattern import asn_number, read_pattern
from stillwatch.intel.vocabulary.misp_templates import INDICATOR, NAMESPACE, USER_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime, timedelta

_KIND_OF: Final = {
    **dict.fromkeys(("ip-src", "ip-dst", "ip-src|port", "ip-dst|port"), IndicatorKind.ADDRESS),
    **dict.fromkeys(("domain", "hostname", "hostname|port"), IndicatorKind.DOMAIN),
    **dict.fromkeys(("email", "email-src", "email-dst"), IndicatorKind.EMAIL),
    "AS": IndicatorKind.ASN,
    "phone-number": IndicatorKind.PHONE,
    "user-agent": IndicatorKind.USER_AGENT,
}
_FACT: Final = re.compile(rf'{NAMESPACE}:(confidence|certainty)="([a-z0-9]{{1,8}})"')
_LEVELS: Final = {
    **{
        f'misp:confidence-level="{word}"': level
        for word, level in (
            *(("completely-confident", 100), ("usually-confident", 75), ("fairly-confident", 50)),
            *(("rarely-confident", 25), ("unconfident", 0), ("confidence-cannot-be-evaluated", 50)),
        )
    },
    **{
        f'admiralty-scale:information-credibility="{grade}"': level
        for grade, level in (*(("1", 90), ("2", 70), ("3", 50), ("4", 30), ("5", 10)),)
    },
}
"""Other scales on that of STIX: MISP's as MISP numbers it, Admiralty's as STIX does."""
PATTERN: Final = "stix2-pattern"
"""MISP's own object for an indicator of STIX that it has no type for; ours come back in it through `misp-stix`."""
_NAMED: Final = re.compile(r"Indicator ID: (indicator--[0-9a-f-]{36})")
"""How `misp-stix` remembers the id where it made an attribute of an indicator."""
_MOST_VALUE: Final = 4096
_SEEN, _FALSE_POSITIVE = "0", "1"


class Around(NamedTuple):
    """What holds for all indicators of an event."""

    campaign_id: str
    at: datetime
    """When the producer last changed the event."""
    lifetime: timedelta
    confidence: int
    """Where an indicator states none."""
    is_ours: bool
    """Written as this program does: `last_seen` is the end of its validity, not a day of the past."""


class Facts(NamedTuple):
    confidence: int | None
    certainty: Certainty | None


def facts_of(tags: Iterable[misp.Tag]) -> Facts:
    """What tags say of how sure something is, and how it is known."""
    confidence: int | None = None
    certainty: Certainty | None = None
    for tag in tags:
        found = _FACT.fullmatch(tag.name)
        if found and found[1] == "confidence" and found[2].isdigit():
            confidence = min(100, int(found[2]))
        elif found and found[2] in set(Certainty):
            certainty = Certainty(found[2])
        elif confidence is None:
            confidence = _LEVELS.get(tag.name)
    return Facts(confidence, certainty)


def read_attribute(one: misp.Attribute, around: Around, *, uuid: str = "") -> Indicator | None:
    """The indicator that a plain attribute is; None where it says nothing to match.

    Raises:
        ValueError: It has no id, or its value is none of its type.
    """
    if not misp.is_true(one.to_ids) and not around.is_ours:
        return None
    kind = _KIND_OF.get(one.type, IndicatorKind.OTHER)
    value = str(one.value).strip()
    if one.type.endswith("|port"):
        value = value.partition("|")[0]
    if kind is IndicatorKind.OTHER:
        value = f"{one.type}:{value}"
    if kind is IndicatorKind.ASN:
        value = str(asn_number(value) or value)
    return _indicator(
        uuid or one.uuid, _kind_of_block(value) if kind is IndicatorKind.ADDRESS else kind, value, one, around
    )


def read_object(name: str, uuid: str, attributes: Sequence[misp.Attribute], around: Around) -> Indicator | None:
    """The indicator that an object as a whole is: ours, an account, or a pattern of STIX.

    Raises:
        ValueError: It has no id, or something in it is not what its relation says.
    """
    said = {one.object_relation or "": one for one in attributes}
    if name == USER_ACCOUNT.name:
        account = said.get("user-id") or said.get("username")
        return _indicator(uuid, IndicatorKind.ACCOUNT, str(account.value), account, around) if account else None
    if name == PATTERN and PATTERN in said:
        one = read_pattern(str(said[PATTERN].value))
        more = {"form": one.form, "key_id": one.key_id, "template_kind": one.template_kind}
        return _indicator(uuid, one.kind, one.value, said[PATTERN], around, **more)
    if name != INDICATOR.name or "value" not in said:
        return None
    texts = {relation: str(one.value) for relation, one in said.items()}
    return _indicator(
        uuid,
        IndicatorKind(texts.get("kind", IndicatorKind.OTHER)),
        texts["value"],
        said["value"],
        around,
        form=Form(texts.get("form", Form.CLEAR)),
        key_id=texts.get("key-id", ""),
        template_kind=int(texts.get("template-kind", "0")),
    )


def _indicator(
    uuid: str, kind: IndicatorKind, value: str, one: misp.Attribute, around: Around, **more: object
) -> Indicator:
    named = _NAMED.search(one.comment or "")
    id_ = named[1] if named else f"indicator--{uuid.lower()}"
    if not is_id(id_, "indicator"):
        raise ValueError("it has no UUID")
    if not value or len(value) > _MOST_VALUE:
        raise ValueError("its value is empty or too long")
    facts = facts_of(one.Tag)
    begun, ended = misp.moment(one.first_seen), misp.moment(one.last_seen)
    said = misp.moment(one.timestamp) or around.at
    since = begun or said
    until = ended if ended and around.is_ours else max(filter(None, (ended, said, since))) + around.lifetime
    if until <= since:
        raise ValueError("it ends before it begins")
    return Indicator(
        id=id_,
        kind=kind,
        value=value,
        campaign_id=around.campaign_id,
        confidence=around.confidence if facts.confidence is None else facts.confidence,
        certainty=facts.certainty or Certainty.ALLEGED,
        valid_from=since,
        valid_until=until,
        **more,  # type: ignore[arg-type]  # form, key_id and template_kind, see `read_object`
    )


def read_sightings(one: misp.Attribute, of_id: str, at: datetime) -> Iterator[Sighting | Opinion]:
    """What others have said of an attribute: seen, or a false positive, which is an opinion."""
    for number, seen in enumerate(one.Sighting):
        by = f"identity--{seen.Organisation.uuid.lower()}"
        if not is_id(by):
            by = derived_id("identity", "misp", seen.Organisation.name or seen.source)
        moment = misp.moment(seen.date_sighting) or at
        name = seen.uuid.lower() or f"{of_id} {by} {number}"
        if str(seen.type) == _SEEN:
            id_ = f"sighting--{name}" if is_id(f"sighting--{name}") else derived_id("sighting", name)
            yield Sighting(id=id_, of_id=of_id, by_id=by, at=moment, count=1, first_seen=moment, last_seen=moment)
        elif str(seen.type) == _FALSE_POSITIVE:
            yield Opinion(
                id=derived_id("opinion", name),
                about_ids=(of_id,),
                by_id=by,
                at=moment,
                stance=Stance.DENIES,
                explanation="sighted as a false positive",
            )


def _kind_of_block(value: str) -> IndicatorKind:
    block = ipaddress.ip_network(value, strict=False)
    return IndicatorKind.ADDRESS if block.num_addresses == 1 else IndicatorKind.PREFIX
