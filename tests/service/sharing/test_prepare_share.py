"""From a result on disk to what may leave."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "intel"))
from found_factory import options

from stillwatch.core.errors import InputError
from stillwatch.core.to_share import AccountForm
from stillwatch.service.bases import write_bases
from stillwatch.service.document import to_document
from stillwatch.service.sharing.prepare_share import prepare_share
from stillwatch.service.sharing.tell import Ways, tell


@pytest.fixture
def result(small_scan, tmp_path: Path) -> Path:
    (tmp_path / "campaigns.json").write_text(json.dumps(to_document(small_scan.result)))
    write_bases(tmp_path, small_scan.settings, small_scan.result.bases)
    return tmp_path


def test_a_found_campaign_is_redacted_and_keeps_when_it_was_told_first(small_scan, result: Path) -> None:
    (campaign,) = small_scan.result.campaigns
    made = prepare_share(result, campaign.id[:6], options(accounts=AccountForm.SALTED), store=None)
    text = str(made.campaign) + str(made.leaves)
    assert [one.account_id for one in campaign.members if one.account_id in text] == []
    assert (made.campaign.accounts, made.source_id) == (campaign.accounts, campaign.id)
    tell(result, made, Ways(file=result / "bundle.json"), at=made.campaign.version_at)
    again = prepare_share(result, campaign.id, options(at=datetime(2026, 12, 1, tzinfo=UTC)), store=None)
    assert (again.campaign.id, again.campaign.created_at) == (made.campaign.id, made.campaign.version_at)


def test_a_result_of_which_nothing_was_kept_is_told(small_scan, result: Path) -> None:
    write_bases(result, small_scan.settings, ())
    with pytest.raises(InputError, match="nothing was kept"):
        prepare_share(result, "c-", options(lifetime=timedelta(days=1)), store=None)
