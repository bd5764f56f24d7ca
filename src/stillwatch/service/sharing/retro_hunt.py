"""Look for what peers have told in the logs of the past.

hunt = retro_hunt([Path("out/store")], campaigns, lists, RetroHuntSettings())
[(one.account_id, one.campaign_id) for one in hunt.suspects if one.weight is Weight.LEAD]

What changes hands (an address, a block) is looked for only while it was the campaign's: from the campaign's first
day, or the indicator's, to the day the indicator ends. An account, a client or a template does not change hands and
is looked for at any time.

A match by chance: keys are 64 bits of a salted hash, so that among m indicators and v distinct values of a store the
expected number of false ones is m·v/2^64, below 10^-6 for a million of each by ten million. What is not chance is
sharing, and that is weighed (`intel.weigh_found`).
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.hunt import Hunt, IndicatorFound, Match, NotHunted, Searched, Suspect, Weight
from stillwatch.core.indicator import IndicatorKind
from stillwatch.core.salt_id import salt_id
from stillwatch.intel.weigh_found import COMMON_SHARE, Reach, Rules, weigh
from stillwatch.logs.hunt import StoreHunt, Want
from stillwatch.logs.hunt_keys import hunt_keys
from stillwatch.logs.store import work_prefix
from stillwatch.service.open_engine import open_engine
from stillwatch.service.settings import ON_DUCKDB
from stillwatch.service.store_info import open_existing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stillwatch.core.indicator import Indicator
    from stillwatch.core.shared_campaign import SharedCampaign
    from stillwatch.intel.warninglists import Warninglists
    from stillwatch.intel.weigh_found import Weighed
    from stillwatch.logs.hunt import Found, Tally
    from stillwatch.logs.store import Store
    from stillwatch.service.settings import EngineChoice

_CHANGES_HANDS: Final = frozenset((IndicatorKind.ADDRESS, IndicatorKind.PREFIX))
_EVER: Final = (-(2**62), 2**62)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetroHuntSettings:
    since: int | None = None
    """Only exchanges from then on; nanoseconds since 1970 UTC."""
    until: int | None = None
    """Only exchanges before then."""
    common_share: float = COMMON_SHARE
    """See `intel.weigh_found`."""
    account_producers: frozenset[str] = frozenset()
    """STIX ids of the producers whose account ids are ids here too."""
    memory_bytes: int = 1 << 30
    engine: EngineChoice = ON_DUCKDB


class _Asked(NamedTuple):
    """What is looked for, everywhere."""

    campaigns: tuple[SharedCampaign, ...]
    indicators: tuple[tuple[int, Indicator], ...]
    """With the number of their campaign."""
    lists: Warninglists
    settings: RetroHuntSettings


class _InStore(NamedTuple):
    searched: Searched
    found: list[IndicatorFound]
    suspects: list[Suspect]
    not_hunted: list[NotHunted]


def retro_hunt(
    stores: Sequence[Path], campaigns: Iterable[SharedCampaign], lists: Warninglists, settings: RetroHuntSettings
) -> Hunt:
    """Look for the indicators of some campaigns in some stores; revoked campaigns are not looked for.

    Raises:
        InputError: One of `stores` is none.
        SettingsError: One was made by another version.
    """
    known = tuple(one for one in campaigns if not one.is_revoked)
    numbered = tuple((number, one) for number, campaign in enumerate(known) for one in campaign.indicators)
    asked = _Asked(known, numbered, lists, settings)
    done = [_hunt_in(open_existing(root), asked) for root in stores]
    return Hunt(
        searched=tuple(one.searched for one in done),
        indicators=len(numbered),
        found=tuple(found for one in done for found in one.found),
        suspects=tuple(
            sorted(
                (suspect for one in done for suspect in one.suspects),
                key=lambda one: (one.weight is not Weight.LEAD, -one.exchanges, one.account_id),
            )
        ),
        not_hunted=tuple(missed for one in done for missed in one.not_hunted),
    )


def _hunt_in(store: Store, asked: _Asked) -> _InStore:
    where, name = str(store.root), salt_id(store.settings.salt)
    sought = [hunt_keys(one, salt=store.settings.salt, salt_id=name) for _, one in asked.indicators]
    wants = [
        Want(number, keys.keys, *_span(one, asked.campaigns[number], asked.settings))
        for (number, one), keys in zip(asked.indicators, sought, strict=True)
    ]
    with TemporaryDirectory(dir=store.root, prefix=work_prefix()) as spill:
        settings = asked.settings
        engine = open_engine(settings.engine, spill=Path(spill), memory_bytes=settings.memory_bytes)
        with closing(StoreHunt(store, wants, engine)) as hunt:
            exchanges, accounts = hunt.size()
            tallies = hunt.tallies()
            weighed = {one.want_no: _weighed(asked, one, accounts) for one in tallies}
            leads = [number for number, one in weighed.items() if one.weight is Weight.LEAD]
            suspects = [_suspect(where, asked, weighed, one) for one in hunt.accounts(leads)]
    return _InStore(
        Searched(store=where, exchanges=exchanges, accounts=accounts),
        [_found(where, asked, weighed, one) for one in tallies],
        suspects,
        [
            NotHunted(indicator_id=one.id, store=where, why=keys.why)
            for (_, one), keys in zip(asked.indicators, sought, strict=True)
            if keys.why
        ],
    )


def _span(indicator: Indicator, campaign: SharedCampaign, settings: RetroHuntSettings) -> tuple[int, int]:
    """From when until when, nanoseconds, the second excluded."""
    since, until = _EVER
    if indicator.kind in _CHANGES_HANDS:
        since = _nanoseconds(min(indicator.valid_from, campaign.first_seen))
        until = _nanoseconds(indicator.valid_until)
    since = since if settings.since is None else max(since, settings.since)
    return since, until if settings.until is None else min(until, settings.until)


def _weighed(asked: _Asked, tally: Tally, accounts: int) -> Weighed:
    number, one = asked.indicators[tally.want_no]
    settings = asked.settings
    return weigh(
        one.kind,
        one.value,
        Reach(tally.accounts, accounts),
        asked.lists,
        Rules(settings.common_share, asked.campaigns[number].producer_id in settings.account_producers),
    )


def _found(store: str, asked: _Asked, weighed: dict[int, Weighed], tally: Tally) -> IndicatorFound:
    number, one = asked.indicators[tally.want_no]
    return IndicatorFound(
        store=store,
        indicator_id=one.id,
        campaign_id=asked.campaigns[number].id,
        kind=one.kind,
        weight=weighed[tally.want_no].weight,
        because=weighed[tally.want_no].because,
        accounts=tally.accounts,
        exchanges=tally.exchanges,
        first_seen=_moment(tally.first_at),
        last_seen=_moment(tally.last_at),
    )


def _suspect(store: str, asked: _Asked, weighed: dict[int, Weighed], found: Found) -> Suspect:
    return Suspect(
        store=store,
        account_id=found.account_id,
        campaign_id=asked.campaigns[found.campaign_no].id,
        weight=Weight.LEAD if found.is_lead else Weight.CONTEXT,
        indicators=found.wants,
        exchanges=found.exchanges,
        first_seen=_moment(found.first_at),
        last_seen=_moment(found.last_at),
        matches=tuple(
            Match(
                indicator_id=asked.indicators[one.want_no][1].id,
                kind=asked.indicators[one.want_no][1].kind,
                weight=weighed[one.want_no].weight,
                exchanges=one.exchanges,
                first_seen=_moment(one.first_at),
                last_seen=_moment(one.last_at),
            )
            for one in found.matches
        ),
    )


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 10**9 + moment.microsecond * 1000


def _moment(time_ns: int) -> datetime:
    return datetime.fromtimestamp(time_ns / 1e9, UTC)
