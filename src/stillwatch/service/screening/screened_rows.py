"""Turn candidates into rows that guards look up: a fact that a decision shows, which cannot deny anything.

rows = screened_rows(candidates, at=now, lifetime=timedelta(days=7))

Each row has the role `review` and is marked as experimental, and a guard lets no such standing deny, throttle or
challenge by itself, whatever its policy says. Candidates that a person has found to be somebody else are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName
from stillwatch.core.screened import ReviewState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from stillwatch.core.screened import Candidate


def screened_rows(candidates: Iterable[Candidate], *, at: datetime, lifetime: timedelta) -> list[KeyStanding]:
    """A row for each account: of its surest candidate, with how many there are."""
    best: dict[str, Candidate] = {}
    counts: dict[str, int] = {}
    for one in candidates:
        if one.state is ReviewState.NO_MATCH or not one.is_listed:
            continue
        account = one.asked.account_id
        counts[account] = counts.get(account, 0) + 1
        if account not in best or one.score > best[account].score:
            best[account] = one
    return [
        KeyStanding(
            name=KeyName.ACCOUNT,
            value=account,
            subject=f"screen:{one.source}:{one.source_id}",
            role=Role.REVIEW,
            confidence=one.score,
            reason=_reason(one, counts[account]),
            since=at,
            expires_at=at + lifetime,
            source="list",
            is_experimental=True,
        )
        for account, one in sorted(best.items())
    ]


def _reason(one: Candidate, count: int) -> str:
    more = f"; {count - 1} more candidates" if count > 1 else ""
    return (
        f"screening: {one.asked.column} may be {one.source}:{one.source_id} {one.listed_name!r} "
        f"({one.score:.2f}, {one.state}), candidate {one.id}{more}"
    )
