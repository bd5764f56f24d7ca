"""Turn who stands where into the rows that a guard looks up.

rows = standing_rows(watched.campaigns, watched.standings, ties, unit=None)
rows += exempt_rows(ledger, ties, unit=None, at=now)

An account is named as the log names it, by the identity that the store took for it, and by the API keys that are its
alone. A campaign is also named by its template keys, as far as its members alone send them; one under review is not,
since a template denies whoever sends it. Members under review keep the role `review`, whatever they did.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.campaign import Verdict
from stillwatch.core.key_standing import FEATURE, KeyStanding, Role
from stillwatch.core.request_facts import KeyName
from stillwatch.logs.known_by import KnownBy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.core.authorised import Authorised
    from stillwatch.core.template_key import TemplateKey
    from stillwatch.core.tracking import AccountStanding, KnownCampaign

_NAMES: Final = {
    "account_id": KeyName.ACCOUNT,
    "api_key_id": KeyName.API_KEY,
    "user_id": KeyName.USER,
    "org_id": KeyName.ORGANISATION,
    "team_id": KeyName.TEAM,
    "end_user_id": KeyName.END_USER,
}
_NOTHING_ELSE: Final = KnownBy()
_ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NO_END: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Ties(NamedTuple):
    known: Mapping[str, KnownBy]
    """Account → by what else it is known."""
    traces: Mapping[str, tuple[TemplateKey, ...]]
    """Campaign → its template keys."""


def standing_rows(
    campaigns: Iterable[KnownCampaign], standings: Iterable[AccountStanding], ties: Ties, *, unit: str | None
) -> list[KeyStanding]:
    """Rows of each standing, and traces of each campaign that somebody stands in."""
    known = {one.campaign_id: one for one in campaigns}
    out: list[KeyStanding] = []
    mine: dict[str, list[AccountStanding]] = {}
    for one in standings:
        campaign = known.get(one.campaign_id)
        mine.setdefault(one.campaign_id, []).append(one)
        out.extend(
            KeyStanding(
                name=name,
                value=value,
                subject=one.campaign_id,
                role=Role.REVIEW if one.verdict == Verdict.REVIEW else Role(one.standing),
                confidence=one.confidence,
                reason=campaign.because if campaign else "",
                since=one.since,
                expires_at=one.expires_at,
                is_experimental=campaign.is_experimental if campaign else False,
            )
            for name, value in _names_of(one.account_id, ties, unit)
        )
    for campaign_id, members in mine.items():
        out.extend(_traces(known.get(campaign_id), members, ties))
    return out


def exempt_rows(ledger: Iterable[Authorised], ties: Ties, *, unit: str | None, at: datetime) -> list[KeyStanding]:
    """Rows of the ledger's accounts, while their entry is valid.

    Whoever a licence authorises is not exempt: its rows name the features that rules spare.
    """
    now = at.timestamp() * 1e9
    return [
        KeyStanding(
            name=name,
            value=value,
            subject=subject,
            role=Role.LICENSED if entry.licence else Role.EXEMPT,
            confidence=1.0,
            reason=f"in the authorised-use ledger as {entry.name!r}",
            since=_ALWAYS if entry.valid_from is None else datetime.fromtimestamp(entry.valid_from / 1e9, UTC),
            expires_at=_NO_END if entry.valid_until is None else datetime.fromtimestamp(entry.valid_until / 1e9, UTC),
            source="list",
        )
        for entry in ledger
        if (entry.valid_from is None or entry.valid_from <= now)
        and (entry.valid_until is None or entry.valid_until > now)
        for account in entry.account_ids
        for name, value in _names_of(account, ties, unit)
        for subject in _subjects_of(entry)
    ]


def _subjects_of(entry: Authorised) -> list[str]:
    """The entry; of a licence its id, and its id with each of its features."""
    if not entry.licence:
        return [entry.name]
    return [entry.licence, *(f"{entry.licence}{FEATURE}{feature}" for feature in entry.features)]


def _names_of(account: str, ties: Ties, unit: str | None) -> list[tuple[KeyName, str]]:
    known = ties.known.get(account, _NOTHING_ELSE)
    names = [KeyName.ACCOUNT, *(_NAMES[one] for one in (unit, *known.identities) if one)]
    pairs = [(name, account) for name in names] + [(KeyName.API_KEY, key) for key in known.api_keys]
    return list(dict.fromkeys(pairs))


def _traces(campaign: KnownCampaign | None, members: list[AccountStanding], ties: Ties) -> list[KeyStanding]:
    """Template keys of a campaign: as sure as its surest member, times the share of the key's use that is theirs."""
    if campaign is None or campaign.verdict == Verdict.REVIEW:
        return []
    confidence = max(one.confidence for one in members)
    return [
        KeyStanding(
            name=KeyName.TEMPLATE,
            kind=trace.kind,
            value=str(trace.key),
            subject=campaign.campaign_id,
            role=Role.TRACE,
            confidence=confidence * trace.share,
            reason=campaign.because,
            since=min(one.since for one in members),
            expires_at=max(one.expires_at for one in members),
            is_experimental=campaign.is_experimental,
        )
        for trace in ties.traces.get(campaign.campaign_id, ())
    ]
