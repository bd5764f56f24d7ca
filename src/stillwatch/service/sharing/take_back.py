"""Take back what was told of a campaign: the same objects once more, revoked, so that what rests on them ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError
from stillwatch.core.to_share import ToShare
from stillwatch.intel.share_reasons import leaves_of
from stillwatch.intel.stix_read import read_bundle
from stillwatch.service.sharing.shared_log import last_bundle, told

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def take_back(out: Path, campaign_id: str, *, at: datetime) -> ToShare:
    """The campaign as it was told last, revoked; the result that it came from may be gone.

    Args:
        out: Folder of the result.
        campaign_id: As in the result, or as peers know it.
        at: Now; a version later than the last in any case.

    Raises:
        InputError: It was never told from here.
    """
    of_it = [one for one in told(out) if campaign_id in {one.campaign_id, one.shared_id}]
    if not of_it:
        raise InputError(f"{campaign_id!r} was never told from here", where=str(out), mend="name one that was, in full")
    last = of_it[-1]
    (campaign,) = read_bundle(last_bundle(out, last.shared_id)).campaigns
    revoked = replace(campaign, is_revoked=True, version_at=max(at, campaign.version_at))
    return ToShare(last.campaign_id, revoked, leaves_of(revoked), ())
