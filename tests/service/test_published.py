from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from stillwatch.core.errors import InputError
from stillwatch.core.tracking import AccountStanding, Event, Happening, KnownCampaign, Round, Watched
from stillwatch.service.published import load, publish

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _round(events: int = 2) -> Round:
    watched = Watched(
        campaigns=(
            KnownCampaign(
                campaign_id="c", first_flagged_at=NOON, verdict="campaign", told_members=1, exchanges=9, because="x"
            ),
        ),
        standings=(
            AccountStanding(
                account_id="a",
                campaign_id="c",
                verdict="campaign",
                standing="operator",
                confidence=0.9,
                since=NOON,
                expires_at=NOON + timedelta(days=1),
            ),
        ),
        warnings=("variant_sweep b",),
        next_event=events,
        published_at=NOON,
    )
    told = tuple(
        Event(number=number, at=NOON, happening=Happening.FLAGGED, campaign_id="c", accounts=("a",), because="x")
        for number in range(events)
    )
    return Round(watched=watched, events=told)


def test_what_was_published_is_read_back(tmp_path):
    publish(tmp_path, _round(), {"log.jsonl": (10, 20)})
    assert load(tmp_path) == (_round().watched, {"log.jsonl": (10, 20)})
    standings = json.loads((tmp_path / "standings.json").read_bytes())
    assert standings["schema"] == "stillwatch.standings/1"
    assert standings["standings"][0]["expires_at"] == "2026-03-02T12:00:00Z"
    assert not any("policy" in key or "action" in key for key in standings["standings"][0])


def test_events_of_a_round_that_was_killed_are_taken_back(tmp_path):
    publish(tmp_path, _round(2), {})
    with (tmp_path / "events.jsonl").open("ab") as file:
        file.write(b'{"number": 2}\n{"numb')
    load(tmp_path)
    assert [json.loads(line)["number"] for line in (tmp_path / "events.jsonl").read_bytes().splitlines()] == [0, 1]


def test_an_empty_folder_gives_an_empty_state(tmp_path):
    assert load(tmp_path) == (Watched(), {})


@pytest.mark.parametrize("content", ["{", '{"schema": "other/1"}', "[]"])
def test_a_foreign_state_is_refused(tmp_path, content):
    (tmp_path / "watch.json").write_text(content)
    with pytest.raises(InputError, match=r"watch\.json"):
        load(tmp_path)
