"""Watching a log that grows: what is taken in, what is published, and what a restart knows."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from exchange_log import exchange, quiet, write_log
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.tracking import Happening
from stillwatch.guard.standings import Standings
from stillwatch.logs.store import hold
from stillwatch.service.settings import ScanSettings
from stillwatch.service.watch import WatchSettings, watch

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Clock:
    """A clock that stands still until somebody sleeps, and does something meanwhile."""

    def __init__(self, meanwhile=()):
        self.now, self.meanwhile = NOON, list(meanwhile)

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += timedelta(seconds=seconds)
        if self.meanwhile:
            self.meanwhile.pop(0)()


def _settings(tmp_path, logs, **more):
    scan = ScanSettings(logs=tuple(map(str, logs)), store=tmp_path / "store", workers=1, memory_bytes=1 << 29)
    return WatchSettings(scan=scan, out=tmp_path / "out", **more)


def _until(settings, rounds):
    end = int((NOON + rounds * settings.every).timestamp()) * 10**9
    return replace(settings, scan=replace(settings.scan, until=end))


def test_what_is_new_is_taken_in_and_nothing_new_makes_no_round(tmp_path):
    log = write_log(tmp_path / "logs" / "a.jsonl", map(exchange, range(30)))

    def append():
        write_log(log, map(exchange, range(50)))
        os.utime(log, ns=(1, 1))

    def add():
        write_log(tmp_path / "logs" / "b.jsonl", map(exchange, range(50, 60)))

    clock = Clock([append, lambda: None, add, lambda: None])
    settings = _until(_settings(tmp_path, [tmp_path / "logs"]), 4)
    turns = list(watch(settings, clock=clock, sleep=clock.sleep, progress=quiet))
    assert [turn.round.result.run.exchanges for turn in turns] == [30, 50, 60]


def test_a_line_that_is_half_written_is_read_when_it_is_whole(tmp_path):
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(10)))
    whole = log.read_bytes()
    log.write_bytes(whole[:-40])
    clock = Clock([lambda: log.write_bytes(whole)])
    turns = list(watch(_until(_settings(tmp_path, [log]), 1), clock=clock, sleep=clock.sleep, progress=quiet))
    assert [(turn.round.result.run.exchanges, bool(turn.round.result.rejects)) for turn in turns] == [
        (9, True),
        (10, False),
    ]


def test_a_restart_goes_on_from_the_published_state(tmp_path, small_sample):
    settings = replace(_settings(tmp_path, small_sample.logs), is_once=True)
    settings = replace(settings, scan=replace(settings.scan, accounts=small_sample.accounts_path))
    first = list(watch(settings, clock=Clock(), sleep=Clock().sleep, progress=quiet))
    again = list(watch(settings, clock=Clock(), sleep=Clock().sleep, progress=quiet))
    flagged = [event for event in first[0].round.events if event.happening is Happening.FLAGGED]
    assert flagged
    assert again == []
    standings = json.loads((tmp_path / "out" / "standings.json").read_bytes())
    assert {one["campaign_id"] for one in standings["standings"]} >= {flagged[0].campaign_id}


def test_a_round_that_fails_is_told_and_the_next_one_is_made(tmp_path):
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(10)))
    moved = tmp_path / "b.jsonl"
    clock = Clock([lambda: log.rename(moved), lambda: moved.rename(log) and os.utime(log, ns=(2, 2))])
    turns = list(watch(_until(_settings(tmp_path, [log]), 2), clock=clock, sleep=clock.sleep, progress=quiet))
    assert [turn.round.result is None for turn in turns] == [False, True, False]
    assert "no log file found" in turns[1].round.events[0].because


def test_one_round_that_fails_stops_and_two_watches_do_not_share_a_folder(tmp_path):
    settings = _settings(tmp_path, [tmp_path / "none.jsonl"], is_once=True)
    with pytest.raises(InputError, match="no log file found"):
        list(watch(settings, clock=Clock(), sleep=Clock().sleep, progress=quiet))
    with hold(tmp_path / "out"), pytest.raises(SettingsError, match="another process"):
        list(watch(settings, clock=Clock(), sleep=Clock().sleep, progress=quiet))


def test_a_window_leaves_old_exchanges_out(tmp_path):
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(60)))
    started = datetime.fromtimestamp(exchange(30)["started_at"] / 1e9, UTC)
    settings = _settings(tmp_path, [log], is_once=True, window=NOON - started)
    (turn,) = watch(settings, clock=Clock(), sleep=Clock().sleep, progress=quiet)
    assert turn.round.result.run.exchanges == 30


def test_each_round_publishes_for_guards_and_a_broken_list_is_told_once(tmp_path):
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(30)))
    exemptions = tmp_path / "exemptions.json"
    clock = Clock([lambda: exemptions.write_text("{"), lambda: None, exemptions.unlink])
    settings = _until(_settings(tmp_path, [log], exemptions=exemptions), 4)
    turns = list(watch(settings, clock=clock, sleep=clock.sleep, progress=quiet))
    assert [[event.happening for event in turn.round.events] for turn in turns] == [[], [Happening.FAILED]]
    assert "no exemptions of ours" in turns[1].round.events[0].because
    assert Standings((tmp_path / "out" / "standings.bin").read_bytes()).published_at == NOON.timestamp()


def test_each_round_announces_the_table_and_a_server_that_is_gone_is_told_once(tmp_path, valkey_server):
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(30)))
    found = []
    look = partial(_look, valkey_server, found)
    clock = Clock([look, valkey_server.kill, lambda: None, valkey_server.start, look])
    settings = _until(_settings(tmp_path, [log], announce=valkey_server.url), 6)
    turns = list(watch(settings, clock=clock, sleep=clock.sleep, progress=quiet))
    assert [[event.happening for event in turn.round.events] for turn in turns] == [[], [Happening.FAILED]]
    assert "cannot be announced" in turns[1].round.events[0].because
    table = (tmp_path / "out" / "standings.bin").read_bytes()
    assert found == [table, table]


def _look(server, found):
    client = server.client()
    version = client.get("{stillwatch}:standings").decode()
    found.append(client.get(f"{{stillwatch}}:standings:{version}"))
