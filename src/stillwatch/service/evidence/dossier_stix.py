"""The campaign of a dossier as peers are told of it: STIX 2.1, without what never leaves (`stillwatch share`)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from stillwatch.core.campaign import Verdict
from stillwatch.core.to_share import ShareOptions
from stillwatch.intel.stix_write import write_bundle
from stillwatch.service.sharing.prepare_share import prepare_share

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from stillwatch.service.evidence.gather_dossier import Gathered

_LIFETIME: Final = timedelta(days=30)


def dossier_stix(out: Path, gathered: Gathered, *, identity: str | None, store: Path | None, at: datetime) -> bytes:
    """The bundle; empty where a person must look at the group first, since nobody is told of such.

    Args:
        out: Folder of the scan's result.
        gathered: What was put together.
        identity: STIX id of who shares; one that nobody knows if not given.
        store: Takes the place of the store that the scan was made with.
        at: Now.
    """
    campaign = gathered.dossier.campaign
    if campaign.verdict is Verdict.REVIEW:
        return b""
    options = ShareOptions(
        producer_id=identity or f"identity--{uuid.uuid4()}",
        producer_name=gathered.dossier.made_by,
        at=at,
        lifetime=_LIFETIME,
        facts=gathered.facts,
        is_machine_made=True,
    )
    return write_bundle(prepare_share(out, campaign.id, options, store=store).campaign)
