"""A log gives the same campaigns in parts, if it has more accounts than are looked at together, and whoever tests."""

from __future__ import annotations

from functools import partial

import pytest

from exchange_log import exchange, scanned, write_log
from stillwatch.core.errors import InternalError
from stillwatch.detection.spread_group_tests import Workers
from stillwatch.evaluation.compose import Layout, compose
from stillwatch.evaluation.library import find_scenario
from stillwatch.logs.process_spread import ProcessSpread
from stillwatch.logs.spread import OrHere
from stillwatch.service import look as module


def members(result):
    return [(one.id, [member.account_id for member in one.members]) for one in result.campaigns]


def breaks_off(work, tasks, what):
    yield work(tasks[0])
    raise InternalError(f"nobody could {what}")


@pytest.mark.slow
def test_campaigns_are_the_same_whoever_tests_the_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "Workers", partial(Workers, least_cost=0))
    made = compose(find_scenario("rate_026"), tmp_path, seed=1, corpora=None, layout=Layout(format="exchange"))
    settings = {"accounts": made.accounts_path, "keeps_summaries": False}
    alone = scanned(tmp_path / "store", made.logs, **settings)
    assert members(alone) != []
    for spread, warnings in ((ProcessSpread(2), ()), (breaks_off, ("one process alone had to test groups: nobody",))):
        monkeypatch.setattr(module, "open_spread", lambda *_, spread=spread: OrHere(spread))
        found = scanned(tmp_path / "store", **settings)
        assert (found.campaigns, found.set_aside) == (alone.campaigns, alone.set_aside)
        told = found.run.warnings[len(alone.run.warnings) :]
        assert [one.startswith(start) for one, start in zip(told, warnings, strict=True)] == [True] * len(warnings)


@pytest.mark.slow
def test_campaigns_are_the_same_in_parts(tmp_path):
    made = compose(find_scenario("rate_026"), tmp_path, seed=1, corpora=None, layout=Layout(format="exchange"))
    # The salt decides which accounts lie near one another: of 26 that were tried, one cuts the campaign in two.
    (tmp_path / "salt").write_text("0" * 64)
    salt = {"salt_file": tmp_path / "salt"}
    settings = {"accounts": made.accounts_path, "keeps_summaries": False}
    whole = scanned(tmp_path / "store", made.logs, **salt, **settings)
    parts = scanned(tmp_path / "store", driver_accounts=made.accounts // 2 + 1, **settings)
    members = [
        [(one.id, [member.account_id for member in one.members]) for one in found.campaigns] for found in (whole, parts)
    ]
    assert members[0] == members[1] != []
    assert (parts.run.exchanges, parts.run.accounts) == (whole.run.exchanges, whole.run.accounts)
    assert "in 2 parts" in parts.run.warnings[0]


def test_parts_hold_every_exchange_once_and_go_on_from_what_was_kept(tmp_path):
    log = write_log(tmp_path / "log.jsonl", map(exchange, range(60)))
    first = scanned(tmp_path / "store", [log], driver_accounts=4)
    assert (first.run.exchanges, first.run.accounts) == (60, 10)
    kept = sorted((tmp_path / "store" / "summaries").rglob("*.parquet"))
    assert len({file.parent for file in kept}) >= 3
    stamps = [file.stat().st_mtime_ns for file in kept]
    again = scanned(tmp_path / "store", driver_accounts=4)
    assert again.run.coverage == first.run.coverage
    assert [file.stat().st_mtime_ns for file in kept] == stamps
