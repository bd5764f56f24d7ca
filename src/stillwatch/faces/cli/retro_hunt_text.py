"""What a hunt has found, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.hunt import Weight

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stillwatch.core.hunt import Hunt, IndicatorFound, Match, Suspect
    from stillwatch.core.shared_campaign import SharedCampaign
    from stillwatch.service.sharing.write_sightings import Answer

_MOST_SHOWN: Final = 20


def hunt_lines(hunt: Hunt, campaigns: Sequence[SharedCampaign], answers: Sequence[Answer]) -> list[str]:
    """Lines for a terminal: leads with what they match, context as a count."""
    named = {one.id: f"{one.name} ({one.producer_name})" for one in campaigns}
    found = {(one.store, one.indicator_id): one for one in hunt.found}
    leads = [one for one in hunt.suspects if one.weight is Weight.LEAD]
    lines = [
        f"searched  {one.store}: {_many(one.exchanges, 'exchange')} of {_many(one.accounts, 'account')}"
        for one in hunt.searched
    ]
    lines.append(f"asked     {_many(hunt.indicators, 'indicator')} of {_many(len(campaigns), 'campaign')}")
    for one in leads[:_MOST_SHOWN]:
        lines += _suspect(one, named, found)
    if len(leads) > _MOST_SHOWN:
        lines.append(f"          and {len(leads) - _MOST_SHOWN:,} more; --json names all")
    if not leads:
        lines.append("no account shows anything of an operator's own that peers have told")
    if context := len(hunt.suspects) - len(leads):
        lines.append(f"context   {_many(context, 'account')} with nothing but what strangers share; --json names them")
    whys = Counter(one.why for one in hunt.not_hunted)
    lines += [f"not asked {_many(count, 'indicator')}: {why}" for why, count in whys.most_common()]
    lines += [f"sightings {one.sightings:,} for {one.producer_name}: {one.path}" for one in answers]
    return [_printable(line) for line in lines]


def hunt_plain(hunt: Hunt, campaigns: Sequence[SharedCampaign], answers: Sequence[Answer]) -> dict[str, Any]:
    """The same, all of it, as JSON has it."""
    told = [
        {"id": one.id, "name": one.name, "producer_id": one.producer_id, "producer_name": one.producer_name}
        for one in campaigns
    ]
    plain: dict[str, Any] = _plain({**asdict(hunt), "campaigns": told})
    return plain | {"sightings": [{**one._asdict(), "path": str(one.path)} for one in answers]}


def _suspect(one: Suspect, named: Mapping[str, str], found: Mapping[tuple[str, str], IndicatorFound]) -> Iterator[str]:
    span = f"{one.first_seen:%Y-%m-%d} to {one.last_seen:%Y-%m-%d}"
    name = named.get(one.campaign_id, one.campaign_id)
    yield f"lead      {one.account_id}: {_many(one.indicators, 'indicator')} of {name}"
    yield f"          {_many(one.exchanges, 'exchange')}, {span}, in {one.store}"
    for match in one.matches[:3]:
        yield f"          {_match(match, found[one.store, match.indicator_id])}"


def _match(match: Match, found: IndicatorFound) -> str:
    return f"{match.kind} ({match.weight}): {_many(match.exchanges, 'exchange')}; {found.because}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _printable(line: str) -> str:
    """Without what a terminal would obey: names come from peers."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in line)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
