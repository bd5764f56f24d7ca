"""Write a scan's result as files: campaigns.json, set_aside.json, members.parquet, links.parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from stillwatch.logs.tables import write_table
from stillwatch.service.document import set_taken, to_document
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stillwatch.core.campaign import ScanResult


class Written(NamedTuple):
    campaigns: Path
    set_aside: Path
    members: Path
    links: Path


def write_result(result: ScanResult, out: Path) -> Written:
    """Write the result under `out`; each file is complete or not there."""
    out.mkdir(parents=True, exist_ok=True)
    written = Written(out / "campaigns.json", out / "set_aside.json", out / "members.parquet", out / "links.parquet")
    write_whole(written.campaigns, _json(to_document(result)))
    write_whole(written.set_aside, _json(set_aside_document(result)))
    write_table(written.members, _members(result), MEMBER_COLUMNS)
    write_table(written.links, _links(result), LINK_COLUMNS)
    return written


MEMBER_COLUMNS = {
    "campaign_id": "text",
    "verdict": "text",
    "account_id": "text",
    "standing": "text",
    "confidence": "float",
    "because": "text",
}
LINK_COLUMNS = {
    "campaign_id": "text",
    "left_account_id": "text",
    "right_account_id": "text",
    "link": "text",
    "weight": "float",
}


def _json(value: Mapping[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def set_aside_document(result: ScanResult) -> dict[str, Any]:
    """What `set_aside.json` says: groups that are alike and have an honest explanation."""
    groups = [
        {
            "twin": group.twin,
            "because": group.because,
            "exchanges": group.exchanges,
            "accounts": list(group.accounts),
            "sets": [set_taken(each) for each in group.sets],
        }
        for group in result.set_aside
    ]
    return {"schema": "stillwatch.set_aside/1", "groups": groups}


def _members(result: ScanResult) -> list[dict[str, Any]]:
    return [
        {
            "campaign_id": campaign.id,
            "verdict": str(campaign.verdict),
            "account_id": member.account_id,
            "standing": str(member.standing),
            "confidence": member.confidence,
            "because": member.because,
        }
        for campaign in result.campaigns
        for member in campaign.members
    ]


def _links(result: ScanResult) -> list[dict[str, Any]]:
    return [
        {
            "campaign_id": picture.campaign_id,
            "left_account_id": tie.left,
            "right_account_id": tie.right,
            "link": tie.kind,
            "weight": tie.weight,
        }
        for picture in result.pictures
        for tie in picture.ties
    ]
