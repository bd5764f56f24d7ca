"""A log replayed in its own time: a round sees nothing of what comes after it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from exchange_log import MINUTE, START, exchange, quiet, write_log
from stillwatch.core.errors import InputError
from stillwatch.core.request_facts import RequestFacts
from stillwatch.core.tracking import Happening
from stillwatch.evaluation.compose import Layout, compose
from stillwatch.evaluation.library import find_scenario
from stillwatch.guard.standings import Standings
from stillwatch.service.guarding.publish_standings import STANDINGS_FILE
from stillwatch.service.replay import replay as replay_log
from stillwatch.service.scan import scan
from stillwatch.service.settings import ScanSettings
from stillwatch.service.watch import WatchSettings


def _settings(tmp_path, log, **more):
    scan = ScanSettings(logs=(str(log),), store=tmp_path / "store", workers=1, memory_bytes=1 << 29, **more)
    return WatchSettings(scan=scan, out=tmp_path / "out")


def _rounds(settings, minutes):
    return list(replay_log(settings, step=timedelta(minutes=minutes), clock=lambda: datetime.now(UTC), progress=quiet))


def test_rounds_follow_the_logs_own_time_to_its_end(tmp_path):
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(50)))
    turns = _rounds(_settings(tmp_path, log), 20)
    assert [turn.round.result.run.exchanges for turn in turns] == [20, 40, 50]
    first = datetime.fromtimestamp(START / 1e9, UTC)
    assert turns[0].round.watched.published_at == first + timedelta(minutes=20)


def test_until_ends_it_and_a_second_replay_begins_anew(tmp_path):
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(50)))
    settings = _settings(tmp_path, log, until=START + 30 * MINUTE)
    assert [turn.round.result.run.exchanges for turn in _rounds(settings, 20)] == [20, 30]
    (tmp_path / "out" / STANDINGS_FILE).write_bytes(b"of before")
    _rounds(settings, 30)
    assert Standings((tmp_path / "out" / STANDINGS_FILE).read_bytes()).published_at == START / 1e9 + 30 * 60
    assert json.loads((tmp_path / "out" / "watch.json").read_bytes())["next_event"] == 0


def test_an_empty_log_is_nothing_to_replay(tmp_path):
    log = write_log(tmp_path / "a.jsonl", [])
    with pytest.raises(InputError, match="no exchange to replay"):
        _rounds(_settings(tmp_path, log), 20)


def test_rounds_in_which_little_is_new_do_not_scan_and_the_last_one_does(tmp_path):
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(50)))
    turns = _rounds(replace(_settings(tmp_path, log), growth=0.5), 5)
    seen = [turn.round.result.run.exchanges if turn.round.result else None for turn in turns]
    assert seen == [5, 10, 15, None, 25, None, None, 40, None, 50]


def test_a_round_that_scans_says_what_a_scan_of_that_moment_says(tmp_path, small_sample):
    log, accounts = small_sample.logs[0].parent, small_sample.accounts_path
    turns = _rounds(_settings(tmp_path, log, accounts=accounts), 60 * 24 * 3)
    chosen = [turn for turn in turns if turn.round.result and turn.round.result.campaigns][:2]
    assert chosen
    for turn in chosen:
        alone = scan(turn.scanned, clock=lambda: datetime.now(UTC), progress=quiet)
        members = [{one.account_id for one in campaign.members} for campaign in alone.campaigns]
        assert [{one.account_id for one in each.members} for each in turn.round.result.campaigns] == members


def test_each_round_leaves_the_table_that_a_guard_would_have_had_then(tmp_path, small_sample):
    log, accounts = small_sample.logs[0].parent, small_sample.accounts_path
    found = 0
    settings = _settings(tmp_path, log, accounts=accounts)
    for turn in replay_log(settings, step=timedelta(days=3), clock=lambda: datetime.now(UTC), progress=quiet):
        watched, table = turn.round.watched, Standings((tmp_path / "out" / STANDINGS_FILE).read_bytes())
        at = watched.published_at.timestamp()
        told = {
            table.known(hit.row).subject
            for one in watched.standings
            for hit in table.hits(RequestFacts("r", at, account_id=one.account_id))
        }
        assert told == {one.campaign_id for one in watched.standings}
        found += len(told)
    assert found


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_replay_of_honest_customers_never_tells_of_a_campaign(tmp_path, seed):
    """Twenty looks or so, from the first hour on, while the log grows from nothing to two weeks."""
    scenario = find_scenario("benign_many").scaled(0.15)
    made = compose(scenario, tmp_path / "log", seed=seed, corpora=None, layout=Layout())
    settings = _settings(tmp_path, made.logs[0].parent, accounts=made.accounts_path, authorised=made.authorised_path)
    turns = _rounds(replace(settings, growth=0.3), 60)
    assert sum(turn.round.result is not None for turn in turns) >= 20
    assert [event for turn in turns for event in turn.round.events if event.happening is Happening.FLAGGED] == []
