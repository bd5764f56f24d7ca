"""Read events of MISP: as this program writes them, or of anybody else.

    read = read_misp(data)
    read.campaigns, read.sightings, read.opinions, read.revoked, read.refused

Takes one event, a list of them, or what a search over MISP's interface gives. Of others' events, what is marked to be
matched (`to_ids`) becomes indicators, the rest is counted. What comes from outside is hostile until it is read: size
and count are limited, and one bad attribute costs itself alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.core.errors import InputError
from stillwatch.core.feedback import Opinion, Sighting
from stillwatch.core.read_bundle import ReadBundle, Refused
from stillwatch.intel import misp_received as misp
from stillwatch.intel.misp_read_campaign import read_campaign
from stillwatch.intel.misp_read_indicator import PATTERN, Around, read_attribute, read_object, read_sightings
from stillwatch.intel.read_limits import ReadLimits
from stillwatch.intel.vocabulary.misp_templates import CAMPAIGN, INDICATOR, STATEMENT, USER_ACCOUNT

if TYPE_CHECKING:
    from stillwatch.core.indicator import Indicator
    from stillwatch.core.shared_campaign import SharedCampaign

_AS_A_WHOLE: Final = frozenset((INDICATOR.name, USER_ACCOUNT.name, PATTERN))
_DESCRIBING: Final = frozenset((CAMPAIGN.name, STATEMENT.name))
_named: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_listed: Final = msgspec.json.Decoder(tuple[misp.Enveloped, ...])
_event: Final = msgspec.json.Decoder(misp.Event)
_attribute: Final = msgspec.json.Decoder(misp.Attribute)
_object: Final = msgspec.json.Decoder(misp.Object)


def read_misp(data: bytes, limits: ReadLimits = ReadLimits()) -> ReadBundle:  # noqa: B008  # frozen
    """Read it; what is refused is named with its reason.

    Raises:
        InputError: It is too large, too deep, or no event at all.
    """
    if len(data) > limits.size_bytes:
        raise InputError(f"the event has {len(data)} bytes", mend=f"at most {limits.size_bytes} are read")
    try:
        events = _events(data)
    except RecursionError as error:
        raise InputError("the event is nested too deep", mend="no event of MISP needs it") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"this is no event of MISP: {error}", mend="ask its producer") from error
    gathered = _Gathered(limits)
    for place, raw in enumerate(events):
        try:
            gathered.take(_event.decode(raw))
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            gathered.refused.append(Refused(id=f"events[{place}]", why=str(error)))
    return gathered.read()


def _events(data: bytes) -> list[msgspec.Raw]:
    if data.lstrip()[:1] == b"[":
        return [one.Event for one in _listed.decode(data)]
    named = _named.decode(data)
    if "response" in named:
        return [one.Event for one in _listed.decode(named["response"])]
    return [named.get("Event") or msgspec.Raw(data)]


class _Gathered:
    """What the events so far have given."""

    def __init__(self, limits: ReadLimits) -> None:
        self.refused: list[Refused] = []
        self._limits = limits
        self._left = limits.objects
        self._campaigns: list[SharedCampaign] = []
        self._sightings: list[Sighting] = []
        self._opinions: list[Opinion] = []
        self._revoked: list[tuple[str, str]] = []
        self._passed = Counter[str]()

    def read(self) -> ReadBundle:
        return ReadBundle(
            campaigns=tuple(self._campaigns),
            sightings=tuple(self._sightings),
            opinions=tuple(self._opinions),
            revoked=tuple(self._revoked),
            refused=tuple(self.refused),
            passed_over=tuple(sorted(self._passed.items())),
        )

    def take(self, event: misp.Event) -> None:
        """Take one event in.

        Raises:
            ValueError: It says nothing that a campaign could be made of.
        """
        where = event.uuid[:64]
        objects = self._decoded(_object, event.Object, f"{where} Object")
        parts = [(one, self._decoded(_attribute, one.Attribute, f"{where} {one.name[:64]}")) for one in objects]
        plain = self._decoded(_attribute, event.Attribute, f"{where} Attribute")
        inside = [(one.name, inner) for one, inner in parts]
        campaign, around = read_campaign(event, [("", plain), *inside], self._limits)
        found: list[Indicator] = []
        for one in plain:
            self._keep(campaign, [one], "", one.uuid, is_gone=one.deleted, around=around, found=found)
        for one, inner in parts:
            if one.name in _AS_A_WHOLE:
                self._keep(campaign, inner, one.name, one.uuid, is_gone=one.deleted, around=around, found=found)
            elif one.name not in _DESCRIBING:
                for attribute in inner:
                    gone = misp.is_true(one.deleted) or attribute.deleted
                    self._keep(campaign, [attribute], "", attribute.uuid, is_gone=gone, around=around, found=found)
        self._campaigns.append(replace(campaign, indicators=tuple(found)))

    def _keep(  # noqa: PLR0913  # one part of one event
        self,
        campaign: SharedCampaign,
        attributes: list[misp.Attribute],
        name: str,
        uuid: str,
        *,
        is_gone: misp.Loose,
        around: Around,
        found: list[Indicator],
    ) -> None:
        """Keep what an attribute, or an object as a whole, says to match, and what others say of it."""
        try:
            one = read_object(name, uuid, attributes, around) if name else read_attribute(attributes[0], around)
        except ValueError as error:
            self.refused.append(Refused(id=uuid[:64] or name, why=str(error)))
            return
        if one is None:
            self._passed[name or attributes[0].type[:64]] += 1
        elif misp.is_true(is_gone) and not campaign.is_revoked:
            self._revoked.append((campaign.producer_id, one.id))
        else:
            found.append(one)
            for said in (said for attribute in attributes for said in read_sightings(attribute, one.id, around.at)):
                if isinstance(said, Sighting):
                    self._sightings.append(said)
                else:
                    self._opinions.append(said)

    def _decoded(self, decoder: msgspec.json.Decoder[Any], raws: tuple[msgspec.Raw, ...], where: str) -> list[Any]:
        """Those that can be read."""
        self._left -= len(raws)
        if self._left < 0:
            raise ValueError(f"more than {self._limits.objects} attributes and objects")
        found: list[Any] = []
        for place, raw in enumerate(raws):
            if memoryview(raw).nbytes > self._limits.object_bytes:
                self.refused.append(
                    Refused(id=f"{where}[{place}]", why=f"larger than {self._limits.object_bytes} bytes")
                )
                continue
            try:
                found.append(decoder.decode(raw))
            except (msgspec.DecodeError, RecursionError) as error:
                self.refused.append(Refused(id=f"{where}[{place}]", why=str(error)))
        return found
