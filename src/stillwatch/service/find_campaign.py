"""Find one campaign in a result by its id, or by how its id begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from stillwatch.core.errors import InputError
from stillwatch.service.document import from_document

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.core.campaign import Campaign


def find_campaign(out: Path, campaign_id: str) -> Campaign:
    """The campaign of OUT/campaigns.json.

    Raises:
        InputError: There is no result, or not exactly one campaign of it is meant.
    """
    file = out / "campaigns.json"
    if not file.exists():
        raise InputError("there is no result here", where=str(out), mend="name the folder that a scan wrote")
    found = from_document(orjson.loads(file.read_bytes())).campaigns
    begin_so = [one for one in found if one.id.startswith(campaign_id)]
    matching = [one for one in found if one.id == campaign_id] or begin_so
    if len(matching) != 1:
        names = ", ".join(one.id for one in found) or "no campaign"
        trouble = "is no campaign of this result" if not matching else "begins several ids"
        raise InputError(f"{campaign_id!r} {trouble}", where=str(out), mend=f"the result has: {names}")
    return matching[0]
