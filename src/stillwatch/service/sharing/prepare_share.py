"""Make of a campaign of a result what may be told to others; nothing leaves yet.

made = prepare_share(Path("out"), "c-1a2b", options, store=None)
made.leaves, made.stays
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError
from stillwatch.core.to_share import Stays
from stillwatch.intel.share_campaign import share_campaign
from stillwatch.service.bases import read_bases
from stillwatch.service.find_campaign import find_campaign
from stillwatch.service.read_ties import template_keys
from stillwatch.service.sharing.shared_log import first_told
from stillwatch.service.store_info import open_existing

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.core.to_share import ShareOptions, ToShare


def prepare_share(out: Path, campaign_id: str, options: ShareOptions, *, store: Path | None) -> ToShare:
    """Redact the campaign, with the keys of its prompts that hardly anybody else sends.

    Args:
        out: Folder of the result.
        campaign_id: An id of campaigns.json, or how it begins.
        options: What else is said, and by whom.
        store: Takes the place of the store that the scan was made with.

    Raises:
        InputError: There is no such result or campaign, the store is gone, or a person must look at it first.
    """
    campaign = find_campaign(out, campaign_id)
    kept = read_bases(out, store)
    basis = next((one for one in kept.bases if one.campaign_id == campaign.id), None)
    if basis is None:
        raise InputError(f"nothing was kept of {campaign.id}", where=str(out), mend="scan again")
    opened = open_existing(kept.settings.store)
    kinds = dict(zip(basis.keys, basis.kinds, strict=True))
    templates = template_keys(opened, kinds, [one.account_id for one in campaign.members])
    made = share_campaign(
        campaign,
        templates,
        salt=opened.settings.salt,
        options=replace(options, first_at=first_told(out, campaign.id)),
        is_experimental=basis.is_experimental,
    )
    if kinds and not templates:
        made = made._replace(stays=(*made.stays, Stays("template keys", len(kinds), "others send them too")))
    return made
