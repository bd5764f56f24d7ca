from __future__ import annotations

import json
from typing import TYPE_CHECKING

from egress_watches import finding, watch
from stillwatch.service.evidence.egress_document import egress_document, write_egress

if TYPE_CHECKING:
    from pathlib import Path


def test_the_file_is_the_document(tmp_path: Path) -> None:
    shown = watch(finding(p_value=0.001))
    written = json.loads(write_egress(shown, tmp_path).read_bytes())
    assert written == egress_document(shown)
    assert (written["schema"], written["watched_at"]) == ("stillwatch.egress/1", "2026-04-30T00:00:00Z")
    assert written["findings"][0]["kind"] == "over-day"
    assert written["hosts"][0]["destinations"][0]["place"] == "other"
    assert written["coverage"]["rejected"] == [["no time", 1]]
