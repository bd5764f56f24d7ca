"""Follow campaigns from scan to scan: lasting ids, standings that expire, and what happened in between.

turn = track(watched, result, at=now, lifetime=timedelta(days=1))
turn.watched.standings, turn.events

A campaign of a scan is the one known before with which it shares most members, as soon as half of the smaller of the
two agree; it then keeps its first id. A campaign that a scan does not find keeps its standings until they expire: a
group at the edge of a threshold must not blink.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.campaign import most_telling
from stillwatch.core.tracking import AccountStanding, Event, Happening, KnownCampaign, Round, Watched
from stillwatch.detection.looks import told_level

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from stillwatch.core.campaign import Basis, Campaign, ScanResult
    from stillwatch.core.early_warning import EarlyWarning

_SAME: Final = 0.5  # of the smaller campaign's members
_GROWN: Final = 1.1  # members, as a factor of what was told last
_RAN_OUT: Final = "its standings ran out and no scan found it again"
_SAME_WARNING: Final = 0.5  # of its accounts were warned of before, under the same kind


class _News(NamedTuple):
    happening: Happening
    campaign_id: str
    accounts: tuple[str, ...]
    because: str
    members: int = 0
    exchanges: int = 0


def track(watched: Watched, result: ScanResult, *, at: datetime, lifetime: timedelta) -> Round:
    """Take in a scan made at `at`: the clock when live, the log's own time in a replay.

    A campaign that was not told before must be as sure as `looks.told_level` asks; until then it is left out.
    """
    lasting = _told(watched, _with_lasting_ids(watched, result))
    known = {one.campaign_id: one for one in watched.campaigns}
    bases = {one.campaign_id: one for one in lasting.bases}
    told: list[_News] = []
    campaigns: dict[str, KnownCampaign] = {}
    for campaign in lasting.campaigns:
        before = known.get(campaign.id)
        happened = _happened(campaign, before, watched)
        told.extend(happened)
        campaigns[campaign.id] = _known(campaign, before, bases.get(campaign.id), at, has_told=bool(happened))
    standings = _standings(watched, lasting, at, at + lifetime)
    alive = {one.campaign_id for one in standings}
    for one in watched.campaigns:
        if one.campaign_id in campaigns:
            continue
        if one.campaign_id in alive:
            campaigns[one.campaign_id] = one
        else:
            told.append(_News(Happening.GONE, one.campaign_id, (), _RAN_OUT))
    warnings, fresh = _warnings(watched, result.early_warnings)
    told.extend(fresh)
    events = tuple(
        Event(number=number, at=at, **one._asdict()) for number, one in enumerate(told, start=watched.next_event)
    )
    after = Watched(
        campaigns=tuple(campaigns.values()),
        standings=standings,
        warnings=warnings,
        next_event=watched.next_event + len(events),
        published_at=at,
        complete=result.run.complete,
        looked_at=at,
        looked_exchanges=result.run.exchanges,
    )
    return Round(watched=after, events=events, result=lasting)


def looked_once(result: ScanResult, *, at: datetime, lifetime: timedelta) -> Watched:
    """What a single scan says, as watching would have it: each standing begins now; one look spends the whole rate."""
    bases = {one.campaign_id: one for one in result.bases}
    return Watched(
        campaigns=tuple(_known(one, None, bases.get(one.id), at, has_told=True) for one in result.campaigns),
        standings=_standings(Watched(), result, at, at + lifetime),
        published_at=at,
        complete=result.run.complete,
        looked_at=at,
        looked_exchanges=result.run.exchanges,
    )


def rested(watched: Watched, *, at: datetime) -> Round:
    """A round in which too little was new for a scan: standings go on until they expire."""
    left = tuple(one for one in watched.standings if one.expires_at > at)
    alive = {one.campaign_id for one in left}
    gone = [one.campaign_id for one in watched.campaigns if one.campaign_id not in alive]
    events = tuple(
        Event(number=number, at=at, happening=Happening.GONE, campaign_id=name, accounts=(), because=_RAN_OUT)
        for number, name in enumerate(gone, start=watched.next_event)
    )
    after = replace(
        watched,
        campaigns=tuple(one for one in watched.campaigns if one.campaign_id in alive),
        standings=left,
        next_event=watched.next_event + len(events),
        published_at=at,
    )
    return Round(watched=after, events=events)


def failed(watched: Watched, reason: str, *, at: datetime) -> Round:
    """A round that could not be made: it is told, and the standings of before go on until they expire."""
    event = Event(
        number=watched.next_event, at=at, happening=Happening.FAILED, campaign_id="", accounts=(), because=reason
    )
    left = tuple(one for one in watched.standings if one.expires_at > at)
    after = replace(watched, standings=left, next_event=event.number + 1, published_at=at, complete=False)
    return Round(watched=after, events=(event,))


def _with_lasting_ids(watched: Watched, result: ScanResult) -> ScanResult:
    """The result with each campaign under the id that it was first told by."""
    members: dict[str, set[str]] = {}
    for one in watched.standings:
        members.setdefault(one.campaign_id, set()).add(one.account_id)
    pairs = [
        (len(mine & theirs), campaign.id, known)
        for campaign in result.campaigns
        for mine in [{member.account_id for member in campaign.members}]
        for known, theirs in members.items()
        if len(mine & theirs) >= _SAME * min(len(mine), len(theirs))
    ]
    lasting: dict[str, str] = {}
    for _, new, known in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if new not in lasting and known not in lasting.values():
            lasting[new] = known
    names = _distinct_names([one.id for one in result.campaigns], lasting, set(members))
    return replace(
        result,
        campaigns=tuple(replace(one, id=names[one.id]) for one in result.campaigns),
        pictures=tuple(replace(one, campaign_id=names[one.campaign_id]) for one in result.pictures),
        bases=tuple(replace(one, campaign_id=names[one.campaign_id]) for one in result.bases),
    )


def _told(watched: Watched, result: ScanResult) -> ScanResult:
    """The result without campaigns that are new and not sure enough for one of many looks."""
    known = {one.campaign_id for one in watched.campaigns}
    level = told_level(result.run.fdr, result.run.exchanges)
    kept = {one.id for one in result.campaigns if one.id in known or one.q_value <= level}
    return replace(
        result,
        campaigns=tuple(one for one in result.campaigns if one.id in kept),
        pictures=tuple(one for one in result.pictures if one.campaign_id in kept),
        bases=tuple(one for one in result.bases if one.campaign_id in kept),
    )


def _distinct_names(ids: list[str], lasting: dict[str, str], known: set[str]) -> dict[str, str]:
    """Old id → id to tell it by; a new campaign never takes an id that another one has."""
    names, used = dict(lasting), set(lasting.values()) | known
    for one in ids:
        if one not in names:
            names[one] = one if one not in used else f"{one}-{sum(each.startswith(one) for each in used) + 1}"
            used.add(names[one])
    return names


def _happened(campaign: Campaign, before: KnownCampaign | None, watched: Watched) -> list[_News]:
    mine = tuple(member.account_id for member in campaign.members)
    sums = {"members": len(mine), "exchanges": campaign.exchanges}
    if before is None:
        return [_News(Happening.FLAGGED, campaign.id, mine, _reason(campaign), **sums)]
    seen = {one.account_id for one in watched.standings if one.campaign_id == campaign.id}
    new = tuple(account for account in mine if account not in seen)
    out = []
    if campaign.verdict != before.verdict:
        because = f"the verdict was {before.verdict} and is {campaign.verdict}"
        out.append(_News(Happening.CHANGED, campaign.id, (), because, **sums))
    if len(mine) >= _GROWN * before.told_members:
        because = f"{len(mine):,} members, {before.told_members:,} when last told"
        out.append(_News(Happening.GROWN, campaign.id, new, because, **sums))
    return out


def _known(
    campaign: Campaign, before: KnownCampaign | None, basis: Basis | None, at: datetime, *, has_told: bool
) -> KnownCampaign:
    return KnownCampaign(
        campaign_id=campaign.id,
        first_flagged_at=before.first_flagged_at if before else at,
        verdict=campaign.verdict.value,
        told_members=len(campaign.members) if before is None or has_told else before.told_members,
        exchanges=campaign.exchanges,
        because=_reason(campaign),
        kinds=basis.kinds if basis else (),
        keys=basis.keys if basis else (),
        is_experimental=basis.is_experimental if basis else False,
    )


def _reason(campaign: Campaign) -> str:
    best = most_telling(campaign.evidence)
    return best.because if best else ""


def _standings(watched: Watched, result: ScanResult, at: datetime, expires_at: datetime) -> tuple[AccountStanding, ...]:
    """Standings of this scan, and those of before that it does not repeat and that have not run out."""
    since = {(one.account_id, one.campaign_id): one.since for one in watched.standings}
    said = {
        (member.account_id, campaign.id): AccountStanding(
            account_id=member.account_id,
            campaign_id=campaign.id,
            verdict=campaign.verdict.value,
            standing=member.standing.value,
            confidence=member.confidence,
            since=since.get((member.account_id, campaign.id), at),
            expires_at=expires_at,
        )
        for campaign in result.campaigns
        for member in campaign.members
    }
    left = {
        (one.account_id, one.campaign_id): one
        for one in watched.standings
        if one.expires_at > at and (one.account_id, one.campaign_id) not in said
    }
    return tuple(sorted((said | left).values(), key=lambda one: (one.account_id, one.campaign_id)))


def _warnings(watched: Watched, warnings: tuple[EarlyWarning, ...]) -> tuple[tuple[str, ...], list[_News]]:
    """What was warned of by now, and the warnings that are news: of a kind and accounts not warned of before."""
    told, fresh = list(watched.warnings), []
    for one in warnings:
        marks = [f"{one.kind} {account}" for account in one.accounts]
        if sum(mark in told for mark in marks) >= _SAME_WARNING * max(1, len(marks)):
            continue
        told.extend(mark for mark in marks if mark not in told)
        fresh.append(_News(Happening.WARNING, "", one.accounts, f"{one.kind}: {one.because}", 0, one.exchanges))
    return tuple(told), fresh
