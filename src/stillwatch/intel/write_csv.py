r"""Write campaigns as a table in the shape in which vendors publish indicators.

>>> write_csv([])[:21]
b'id,type,value,actor,c'

A text that a spreadsheet would take for a formula gets an apostrophe in front, which reading takes away again.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import PERSONAL, Form
from stillwatch.intel.csv_rows import FORMULA
from stillwatch.intel.csv_types import word_of
from stillwatch.intel.vendor_csv import REVOKED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.core.indicator import Indicator
    from stillwatch.core.shared_campaign import SharedCampaign

_HEADER: Final = (
    *("id", "type", "value", "actor", "campaign_id", "producer", "producer_id", "first_seen", "last_seen"),
    *("valid_from", "valid_until", "confidence", "certainty", "form", "key_id", "template_kind", "tlp", "state"),
    "modified",
)


def write_csv(campaigns: Iterable[SharedCampaign]) -> bytes:
    """The table, in UTF-8 with a header; a campaign without indicators has no row.

    Raises:
        InputError: A value that says who a person is stands there in clear.
    """
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(_HEADER)
    for campaign in campaigns:
        table.writerows(_row(campaign, one) for one in campaign.indicators)
    return out.getvalue().encode()


def _row(campaign: SharedCampaign, one: Indicator) -> list[str]:
    if one.form is Form.CLEAR and one.kind in PERSONAL:
        raise InputError(f"a {one.kind} leaves as a token only", where=one.id, mend="it was not written")
    word, value = word_of(one.kind, one.value)
    fields = (
        *(one.id, word, value, campaign.name, campaign.id, campaign.producer_name, campaign.producer_id),
        *(campaign.first_seen.isoformat(), campaign.last_seen.isoformat()),
        *(one.valid_from.isoformat(), one.valid_until.isoformat(), str(one.confidence), one.certainty),
        *(one.form, one.key_id, str(one.template_kind or ""), f"TLP:{campaign.handling.tlp.upper()}"),
        *(REVOKED if campaign.is_revoked else "active", campaign.version_at.isoformat()),
    )
    return [f"'{field}" if field.startswith(FORMULA) else field for field in fields]
