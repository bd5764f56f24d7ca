"""Members of campaigns looked up on lists: facts beside the evidence, which change nothing of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lists_factory import NOW, accounts_file, add

from stillwatch.core.campaign import Campaign, Member, Run, ScanResult, Standing, Verdict
from stillwatch.core.errors import SettingsError
from stillwatch.service.screening.screen import ScreenSettings
from stillwatch.service.screening.screen_members import ScreenedScan, refuse_no_lists, screen_members

if TYPE_CHECKING:
    from pathlib import Path

_RUN = Run(
    version="0.1.0",
    started_at=NOW,
    finished_at=NOW,
    complete=True,
    inputs=(),
    exchanges=90,
    accounts=4,
    fdr=0.01,
    coverage={},
    warnings=("told before",),
)
_CAMPAIGN = Campaign(
    id="c-1",
    verdict=Verdict.CAMPAIGN,
    q_value=1e-6,
    confidence=0.98,
    exchanges=80,
    accounts=2,
    first_seen=NOW,
    last_seen=NOW,
    roles=(),
    capabilities=(),
    evidence=(),
    members=tuple(
        Member(account_id=name, standing=Standing.OPERATOR, confidence=0.9, because="") for name in ("a-1", "a-4")
    ),
    twins_considered=(),
)
_RESULT = ScanResult(run=_RUN, campaigns=(_CAMPAIGN,), set_aside=(), pictures=(), rejects=())


def looked_up(folder: Path, result: ScanResult = _RESULT) -> ScreenedScan:
    settings = ScreenSettings(accounts=accounts_file(folder), lists=folder / "lists")
    return screen_members(result, settings, clock=lambda: NOW, new_id=lambda: "s-1", progress=lambda *_: None)


def test_a_member_who_may_be_listed_is_a_fact_and_nothing_else_changes(tmp_path: Path) -> None:
    add(tmp_path)
    made = looked_up(tmp_path)
    (campaign,) = made.result.campaigns
    (found,) = campaign.screened
    assert (found.account_id, found.source_id, found.state) == ("a-1", "n-1", "open")
    assert replace(campaign, screened=None) == _CAMPAIGN
    assert made.result.run.warnings == (
        "told before",
        "screening: of 1 members of campaigns no name is known, so that they were not screened",
    )
    assert [one.account_id for one in made.screened.asked] == ["a-1", "a-1"]


def test_a_list_that_is_not_whole_makes_the_run_incomplete(tmp_path: Path) -> None:
    add(tmp_path, "id,name\nn-1,Orrin Lattice Works\nn-2,\n")
    assert not looked_up(tmp_path).result.run.complete


def test_without_a_campaign_nobody_is_looked_up(tmp_path: Path) -> None:
    add(tmp_path)
    quiet = replace(_RESULT, campaigns=())
    assert looked_up(tmp_path, quiet) == (quiet, None)


def test_an_empty_folder_is_refused_before_the_scan(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="leave out --screen"):
        refuse_no_lists(tmp_path, clock=lambda: NOW)
