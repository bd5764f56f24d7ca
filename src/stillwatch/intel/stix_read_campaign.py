"""Put campaigns together from the objects of a bundle: each with what its own author says of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from stillwatch.core.read_bundle import Refused
from stillwatch.core.shared_campaign import Response, SharedCampaign
from stillwatch.intel import stix_received as stix
from stillwatch.intel.stix_ids import derived_id
from stillwatch.intel.stix_labels import read_labels
from stillwatch.intel.stix_read_indicator import read_indicator
from stillwatch.intel.stix_read_parts import (
    is_provider,
    provider_said,
    provider_shown,
    read_statements,
    read_techniques,
    shown,
)
from stillwatch.intel.stix_time import in_utc
from stillwatch.intel.vocabulary.extension import EXTENSION_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stillwatch.core.indicator import Indicator
    from stillwatch.core.shared_campaign import NetworkProvider
    from stillwatch.intel.read_limits import ReadLimits
    from stillwatch.intel.stix_shelf import Shelf

_says: Final = msgspec.json.Decoder(stix.CampaignSays)
_One = TypeVar("_One", bound=stix.Received)


class CampaignReader:
    """For the objects of one bundle; `refused` grows as it reads."""

    def __init__(self, shelf: Shelf, limits: ReadLimits) -> None:
        self.refused: list[Refused] = []
        self._shelf = shelf
        self._limits = limits
        self._ties: dict[str, defaultdict[str, list[stix.Relationship]]] = {
            how: defaultdict(list) for how in ("indicates", "uses", "located-at")
        }
        for tie in shelf.all(stix.Relationship):
            if tie.relationship_type in self._ties:
                self._ties[tie.relationship_type][tie.source_ref].append(tie)
        self._notes: defaultdict[str, list[stix.Note]] = defaultdict(list)
        for note in shelf.all(stix.Note):
            for ref in note.object_refs:
                self._notes[ref].append(note)

    def campaigns(self) -> tuple[SharedCampaign, ...]:
        """Every campaign, and one for each author's indicators that belong to none of his."""
        members: defaultdict[str, list[stix.Indicator]] = defaultdict(list)
        loose: defaultdict[str, list[stix.Indicator]] = defaultdict(list)
        for one in self._shelf.all(stix.Indicator):
            campaign = self._campaign_of(one)
            if campaign is not None and (campaign.revoked or not one.revoked):
                members[campaign.id].append(one)
            elif campaign is None and not one.revoked:
                loose[one.created_by_ref or ""].append(one)
        found = [self._if_in_time(one, members[one.id]) for one in self._shelf.all(stix.Campaign)]
        found += [self._of_none(author, ones) for author, ones in loose.items()]
        return tuple(one for one in found if one is not None)

    def _campaign_of(self, one: stix.Indicator) -> stix.Campaign | None:
        for tie in self._ties["indicates"].get(one.id, ()):
            campaign = self._shelf.get(stix.Campaign, tie.target_ref)
            if campaign and campaign.created_by_ref == one.created_by_ref == tie.created_by_ref:
                return campaign
        return None

    def _if_in_time(self, one: stix.Campaign, members: list[stix.Indicator]) -> SharedCampaign | None:
        try:
            return self._campaign(one, members)
        except OverflowError:
            self.refused.append(Refused(id=one.id, why="its times are out of range"))
            return None

    def _campaign(self, one: stix.Campaign, members: list[stix.Indicator]) -> SharedCampaign:
        indicators = tuple(self._sound(one.id, members))
        notes = _own(one, self._notes.get(one.id, ()))
        created, modified = in_utc(one.created), in_utc(one.modified or one.created)
        last_seen = in_utc(one.last_seen or modified)
        until = max((each.valid_until for each in indicators), default=last_seen + self._limits.lifetime)
        says = self._extension(one) or read_labels(one.labels, valid_until=until)
        return SharedCampaign(
            id=one.id,
            version_at=modified,
            created_at=created,
            producer_id=one.created_by_ref or "",
            producer_name=self._producer(one.created_by_ref),
            name=shown(one.name),
            first_seen=min(in_utc(one.first_seen or created), last_seen),
            last_seen=last_seen,
            valid_until=in_utc(says.valid_until),
            confidence=self._limits.confidence if one.confidence is None else one.confidence,
            accounts=says.accounts,
            exchanges=says.exchanges,
            roles=tuple(map(shown, says.roles)),
            capabilities=tuple(map(shown, says.capabilities)),
            techniques=tuple(map(shown, says.techniques)) or read_techniques(self._used(one, stix.AttackPattern)),
            services=tuple(map(shown, says.services)),
            statements=read_statements(says, notes, self._limits),
            response=Response(says.response) if says.response in set(Response) else Response.NONE,
            legal_basis=shown(says.legal_basis),
            provider=self._provider(one, says),
            handling=self._shelf.handling((one, *members, *notes)),
            indicators=indicators,
            is_revoked=one.revoked,
            is_machine_made=says.machine_made,
        )

    def _of_none(self, author: str, ones: list[stix.Indicator]) -> SharedCampaign | None:
        """Indicators of one author that belong to no campaign of his, as one that is named after him."""
        name = derived_id("campaign", "indicators without a campaign", author)
        indicators = tuple(self._sound(name, ones))
        if not indicators:
            return None
        sound = {one.id for one in indicators}
        made = [
            in_utc(moment) for one in ones if one.id in sound for moment in (one.created, one.modified or one.created)
        ]
        producer = self._producer(author)
        return SharedCampaign(
            id=name,
            version_at=max(made),
            created_at=min(made),
            producer_id=author,
            producer_name=producer,
            name=f"Indicators of {producer or 'an unnamed author'}",
            first_seen=min(one.valid_from for one in indicators),
            last_seen=max(one.valid_from for one in indicators),
            valid_until=max(one.valid_until for one in indicators),
            confidence=min(one.confidence for one in indicators),
            accounts=0,
            exchanges=0,
            handling=self._shelf.handling(ones),
            indicators=indicators,
        )

    def _sound(self, campaign_id: str, ones: list[stix.Indicator]) -> Iterator[Indicator]:
        for one in ones:
            try:
                yield read_indicator(one, campaign_id, self._limits)
            except (ValueError, OverflowError, RecursionError) as error:
                self.refused.append(Refused(id=one.id, why=str(error)))

    def _extension(self, one: stix.Campaign) -> stix.CampaignSays | None:
        raw = one.extensions.get(EXTENSION_ID)
        if raw is None:
            return None
        try:
            return _says.decode(raw)
        except stix.UNREADABLE as error:
            self.refused.append(Refused(id=one.id, why=f"its extension: {error}; read without it"))
            return None

    def _provider(self, one: stix.Campaign, says: stix.CampaignSays) -> NetworkProvider | None:
        if says.account_network_provider:
            return provider_said(says.account_network_provider)
        for network in self._used(one, stix.Infrastructure):
            if is_provider(network):
                ties = _own(one, self._ties["located-at"].get(network.id, ()))
                places = (self._shelf.get(stix.Location, tie.target_ref) for tie in ties)
                return provider_shown(network, (place for place in places if place))
        return None

    def _used(self, one: stix.Campaign, kind: type[_One]) -> Iterator[_One]:
        for tie in _own(one, self._ties["uses"].get(one.id, ())):
            found = self._shelf.get(kind, tie.target_ref)
            if found:
                yield found

    def _producer(self, name: str | None) -> str:
        identity = self._shelf.get(stix.Identity, name or "")
        return shown(identity.name) if identity else ""


def _own(about: stix.Received, ones: Iterable[_One]) -> list[_One]:
    """Those that the author of the object itself has said and not taken back, or took back with it."""
    return [one for one in ones if one.created_by_ref == about.created_by_ref and (about.revoked or not one.revoked)]
