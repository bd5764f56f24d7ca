"""Whether somebody agreed to what the accounts of a campaign do, by the authorised-use ledger of the scan.

A licence to distil is named with its licensee, its term and what it grants: who is accused may have had the right to
some of it, and whoever reads of the licence can ask both sides for it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from stillwatch.core.dossier import AuthorisedCheck

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.core.authorised import Authorised
    from stillwatch.core.campaign import Campaign

_SECOND_NS: Final = 10**9
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)


def authorised_check(campaign: Campaign, ledger: Sequence[Authorised] | None, ledger_sha256: str) -> AuthorisedCheck:
    """Ask the ledger about every member, for the time in which the campaign ran.

    Args:
        campaign: Whose members are asked about.
        ledger: Its entries; None where the scan was given none.
        ledger_sha256: Of the ledger's file; empty where there is none.
    """
    if ledger is None:
        because = "no authorised-use ledger was given to the scan: nobody has checked whether the use was agreed"
        return AuthorisedCheck(entries=0, ledger_sha256=ledger_sha256, matches=(), because=because)
    first, last = (round(at.timestamp() * _SECOND_NS) for at in (campaign.first_seen, campaign.last_seen))
    members = {one.account_id for one in campaign.members}
    covered = [
        (account, entry)
        for entry in ledger
        if (entry.valid_from is None or entry.valid_from <= last)
        and (entry.valid_until is None or entry.valid_until > first)
        for account in entry.account_ids
        if account in members
    ]
    return AuthorisedCheck(
        entries=len(ledger),
        ledger_sha256=ledger_sha256,
        matches=tuple(f"{account}: {_named(entry)}" for account, entry in covered),
        because=_because(covered, len(ledger)),
    )


def _because(covered: Sequence[tuple[str, Authorised]], entries: int) -> str:
    if not covered:
        return f"none of the accounts was covered by any of {entries:,} entries of the ledger while the campaign ran"
    accounts = len({account for account, _ in covered})
    said = f"{accounts:,} of the accounts were covered by an entry while the campaign ran"
    licensed = len({account for account, entry in covered if entry.licence})
    if not licensed:
        return said
    return f"{said}, {licensed:,} of them by a licence, which grants what its features name and nothing else"


def _named(entry: Authorised) -> str:
    if not entry.licence:
        return entry.name
    whose = f" of {entry.organisation}" if entry.organisation else ""
    begin = "" if entry.valid_from is None else f", from {_moment(entry.valid_from)}"
    end = ", without end" if entry.valid_until is None else f", before {_moment(entry.valid_until)}"
    granted = ", ".join(entry.features) or "none"
    return f"{entry.name} (licence {entry.licence}{whose}{begin}{end}; features: {granted})"


def _moment(at_ns: int) -> str:
    return f"{_START + timedelta(microseconds=at_ns // 1000):%Y-%m-%d %H:%M}Z"
