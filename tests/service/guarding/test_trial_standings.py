"""Standings to try a policy with, from any of the files that a scan or a watch writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.guard.build_standings import build
from stillwatch.service.guarding.trial_standings import trial_standings
from stillwatch.service.write_result import write_result

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.guard.standings import Known, Standings


def known(standings: Standings, account: str) -> list[Known]:
    return [standings.known(hit.row) for hit in standings.hits(RequestFacts("", 1.0, account))]


def test_a_table_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "standings.bin"
    one = KeyStanding(
        name=KeyName.ACCOUNT,
        value="a-1",
        subject="c-1",
        role=Role.MIXED,
        confidence=0.5,
        reason="r",
        since=datetime(1970, 1, 1, tzinfo=UTC),
        expires_at=datetime(2100, 1, 1, tzinfo=UTC),
    )
    file.write_bytes(build([one], seed=1, salt=9))
    found = trial_standings(file)
    assert (found.salt, known(found, "a-1")[0].role) == (9, Role.MIXED)


def test_members_of_a_scans_campaigns_stand_for_the_whole_log(small_scan: Any, tmp_path: Path) -> None:
    standings = trial_standings(write_result(small_scan.result, tmp_path).campaigns)
    for campaign in small_scan.result.campaigns:
        for member in campaign.members:
            (one,) = known(standings, member.account_id)
            assert (one.subject, one.confidence, one.reason) == (campaign.id, member.confidence, member.because)
    assert standings.rows == sum(len(one.members) for one in small_scan.result.campaigns) > 0


def test_standings_of_a_watch_keep_review_and_experiments_apart(tmp_path: Path) -> None:
    file = tmp_path / "standings.json"
    campaigns = [{"campaign_id": "c-1", "because": "one hand", "is_experimental": True}]
    one = {"account_id": "a-1", "campaign_id": "c-1", "verdict": "campaign", "standing": "victim", "confidence": 0.9}
    other = {**one, "account_id": "a-2", "verdict": "review"}
    file.write_text(json.dumps({"schema": "stillwatch.standings/1", "campaigns": campaigns, "standings": [one, other]}))
    standings = trial_standings(file)
    assert [(each.role, each.reason, each.is_experimental) for each in known(standings, "a-1")] == [
        (Role.VICTIM, "one hand", True)
    ]
    assert known(standings, "a-2")[0].role is Role.REVIEW


def test_without_a_file_nobody_stands_anywhere() -> None:
    assert trial_standings(None).rows == 0


@pytest.mark.parametrize("content", [b"{", b"{}", b'{"schema": "other/1"}', b"nothing of ours", b""])
def test_a_foreign_file_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "standings.json"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"standings\.json"):
        trial_standings(file)
