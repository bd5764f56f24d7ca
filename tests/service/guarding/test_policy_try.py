"""A policy tried on a log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from exchange_log import START, exchange, quiet, write_log
from stillwatch.core.errors import InputError
from stillwatch.core.tried import Shifted, Tried
from stillwatch.service.guarding.policy_try import TrySettings, policy_try
from stillwatch.service.write_result import write_result

if TYPE_CHECKING:
    from pathlib import Path

_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_QUOTA = """
version = "v1"
[[rule]]
name = "quota"
roles = ["operator", "mixed"]
respond = "throttle"
requests_per_minute = 0.01
burst = 5
per = "campaign"
"""
_ALL = """
version = "v2"
[[rule]]
name = "all"
respond = "throttle"
requests_per_minute = 0.01
burst = 4
per = "account"
paths = ["/v1/*"]
"""


def tried(folder: Path, policy: str, *logs: Path, against: str = "", **settings: Any) -> Tried:
    file = folder / "policy.toml"
    file.write_text(policy)
    if against:
        settings["against"] = folder / "against.toml"
        settings["against"].write_text(against)
    asked = TrySettings(policy=file, logs=tuple(map(str, logs)), **settings)
    return policy_try(asked, now=_NOW, progress=quiet)


def test_a_campaign_is_throttled_and_no_honest_account_is_touched(
    small_sample: Any, small_scan: Any, tmp_path: Path
) -> None:
    standings = write_result(small_scan.result, tmp_path / "out").campaigns
    accounts = small_sample.accounts_path
    found = tried(tmp_path, _QUOTA, *small_sample.logs, standings=standings, accounts=accounts)
    members = {member.account_id for one in small_scan.result.campaigns for member in one.members}
    assert found.requests == small_scan.result.run.exchanges
    assert found.trial.refused > 0
    assert {one.account_id for one in found.trial.accounts} <= members
    assert {one.role for one in found.trial.accounts} <= {"operator", "mixed"}
    assert [one.subject for one in found.trial.campaigns] == [one.id for one in small_scan.result.campaigns]
    assert found.notes == ()


def test_the_log_is_told_and_so_is_what_it_cannot_show(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", [exchange(number) for number in range(60)])
    found = tried(tmp_path, _ALL, log)
    first_at = datetime.fromtimestamp(START / 1e9, UTC)
    assert (found.requests, found.accounts, found.first_at, found.rejected) == (60, 10, first_at, 0)
    assert found.notes == ("'all' is for some paths, which a log does not hold: it was tried on all requests",)
    assert (found.trial.refused, len(found.trial.accounts)) == (20, 10)


def test_against_another_policy_it_says_who_is_treated_otherwise(tmp_path: Path) -> None:
    records = [exchange(number, "a-1") for number in range(6)] + [exchange(7, "a-2")]
    log = write_log(tmp_path / "log.jsonl", records)
    found = tried(tmp_path, _ALL, log, against=_ALL.replace("burst = 4", "burst = 5"))
    assert found.against is not None
    assert (found.against.refused, found.trial.refused) == (1, 2)
    assert found.shifted == (
        Shifted(account_id="a-1", role="", refused_before=1, refused=2, changed_before=0, changed=0),
    )


def test_as_written_a_policy_that_only_watches_hits_nobody(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", [exchange(number, "a-1") for number in range(6)])
    assert tried(tmp_path, _ALL, log).trial.refused == 2
    written = tried(tmp_path, _ALL, log, is_as_written=True).trial
    assert (written.refused, written.held_back) == (0, 2)


def test_rules_for_operators_without_standings_speak_of_nobody(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.jsonl", [exchange(1)])
    (note,) = tried(tmp_path, _QUOTA, log).notes
    assert "no standings" in note


def test_what_only_a_table_knows_is_said(small_scan: Any, tmp_path: Path) -> None:
    standings = write_result(small_scan.result, tmp_path / "out").campaigns
    log = write_log(tmp_path / "log.jsonl", [exchange(1)])
    policy = _QUOTA.replace("respond", 'keys = ["template"]\nrespond')
    (note,) = tried(tmp_path, policy, log, standings=standings).notes
    assert note == "'quota' looks for template, which only standings.bin knows"


def test_wishes_are_read_from_the_parameters(tmp_path: Path) -> None:
    policy = """
    version = "v1"
    [[rule]]
    name = "no probabilities"
    wants = ["logprobs"]
    respond = "block"
    """
    wanting = exchange(1, "a-1", params='{"logprobs":true}')
    log = write_log(tmp_path / "log.jsonl", [wanting, exchange(2, "a-2", params="[1]"), exchange(3, "a-3")])
    assert [one.account_id for one in tried(tmp_path, policy, log).trial.accounts] == ["a-1"]


def test_a_log_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        tried(tmp_path, _ALL, tmp_path / "missing.jsonl")
