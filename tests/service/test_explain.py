"""A campaign explained anew from the store: the same evidence, and more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exchange_log import scanned
from stillwatch.core.errors import InputError
from stillwatch.service.bases import write_bases
from stillwatch.service.explain import explain
from stillwatch.service.settings import ScanSettings
from stillwatch.service.write_result import write_result


@pytest.fixture(scope="module")
def out(small_scan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("explained")
    write_result(small_scan.result, folder)
    write_bases(folder, small_scan.settings, small_scan.result.bases)
    return folder


def test_a_campaign_is_explained_by_the_evidence_that_found_it(small_scan, out):
    campaign = small_scan.result.campaigns[0]
    told = explain(out, campaign.id[:6], account_id=None, store=None)
    assert (told.campaign_id, told.accounts, told.exchanges) == (campaign.id, campaign.accounts, campaign.exchanges)
    assert {one.evidence.source for one in told.evidence} == {one.source for one in campaign.evidence}
    assert all(one.null_model for one in told.evidence)
    assert {one.family for one in told.without} <= {one.family.value for one in campaign.evidence}
    assert max(one.p_value for one in told.without) > told.p_value
    assert told.changes
    assert any(one.words for one in told.keys)
    assert any(one.excerpt for one in told.shown)
    assert all(one.source for one in told.shown)


def test_a_campaign_is_explained_among_the_accounts_that_it_was_looked_at_with(small_sample, tmp_path):
    (tmp_path / "salt").write_text("0" * 64)  # it decides which accounts are looked at together
    settings = ScanSettings(
        store=tmp_path / "store", accounts=small_sample.accounts_path, driver_accounts=small_sample.accounts // 2 + 1
    )
    beside = {"accounts": settings.accounts, "salt_file": tmp_path / "salt"}
    found = scanned(settings.store, small_sample.logs, driver_accounts=settings.driver_accounts, **beside)
    assert "in 2 parts" in found.run.warnings[0]
    write_result(found, tmp_path)
    write_bases(tmp_path, settings, found.bases)
    [campaign] = found.campaigns
    told = explain(tmp_path, campaign.id, account_id=None, store=None)
    assert {one.evidence for one in told.evidence} >= set(campaign.evidence)
    write_bases(tmp_path, replace(settings, driver_accounts=small_sample.accounts), found.bases)
    among_all = explain(tmp_path, campaign.id, account_id=None, store=None)
    assert not {one.evidence for one in among_all.evidence} >= set(campaign.evidence)


def test_an_account_is_set_beside_the_others(small_scan, out):
    campaign = small_scan.result.campaigns[0]
    account = campaign.members[0].account_id
    told = explain(out, campaign.id, account_id=account, store=None)
    assert told.member == campaign.members[0]
    assert {one.account_id for one in told.shown} == {account}
    assert "client program" in {one.what for one in told.compared}


def test_what_is_not_there_is_told_with_what_is(small_scan, out):
    campaign = small_scan.result.campaigns[0]
    with pytest.raises(InputError, match=f"no campaign of this result.*{campaign.id}"):
        explain(out, "c-nobody", account_id=None, store=None)
    with pytest.raises(InputError, match="no member"):
        explain(out, campaign.id, account_id="nobody", store=None)


def test_another_store_is_not_taken_for_this_one(small_scan, out, tmp_path):
    with pytest.raises(InputError, match="no store here"):
        explain(out, small_scan.result.campaigns[0].id, account_id=None, store=tmp_path)
