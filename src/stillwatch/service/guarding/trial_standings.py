"""Standings to try a policy with: the table that guards follow, or what a scan or a watch has written.

standings = trial_standings(Path("stillwatch-out/campaigns.json"))

A table (`standings.bin`) holds until what it says; it knows API keys and templates too. What is read from
`standings.json` or `campaigns.json` are accounts alone, and they stand for the whole of the log.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.errors import InputError
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName
from stillwatch.guard.build_standings import build
from stillwatch.guard.standings import Standings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NO_END: Final = datetime(9999, 1, 1, tzinfo=UTC)


def trial_standings(path: Path | None) -> Standings:
    """Read them; without a file nobody stands anywhere.

    Raises:
        InputError: The file is none of these, or damaged.
    """
    if path is None:
        return Standings(build([], seed=0))
    content = path.read_bytes()
    if not content.lstrip().startswith(b"{"):
        return Standings(content, str(path))
    try:
        plain = orjson.loads(content)
        reader = {"stillwatch.standings/1": _of_standings, "stillwatch.campaigns/1": _of_campaigns}[plain["schema"]]
        rows = list(reader(plain))
    except (ValueError, KeyError, TypeError) as error:
        mend = "name standings.bin, standings.json or campaigns.json of a scan or a watch"
        raise InputError("this holds no standings", where=str(path), mend=mend) from error
    return Standings(build(rows, seed=0), str(path))


def _of_standings(plain: dict[str, Any]) -> Iterator[KeyStanding]:
    campaigns = {one["campaign_id"]: one for one in plain["campaigns"]}
    for one in plain["standings"]:
        campaign = campaigns.get(one["campaign_id"], {})
        yield _row(one, campaign.get("because", ""), is_experimental=campaign.get("is_experimental", False))


def _of_campaigns(plain: dict[str, Any]) -> Iterator[KeyStanding]:
    for campaign in plain["campaigns"]:
        for member in campaign["members"]:
            yield _row({**member, "campaign_id": campaign["id"], "verdict": campaign["verdict"]}, member["because"])


def _row(one: dict[str, Any], because: str, *, is_experimental: bool = False) -> KeyStanding:
    return KeyStanding(
        name=KeyName.ACCOUNT,
        value=one["account_id"],
        subject=one["campaign_id"],
        role=Role.REVIEW if one["verdict"] == "review" else Role(one["standing"]),
        confidence=one["confidence"],
        reason=because,
        since=_ALWAYS,
        expires_at=_NO_END,
        is_experimental=is_experimental,
    )
