"""`stillwatch watch`: one round and a replay from the command line."""

from __future__ import annotations

import json

from click.testing import CliRunner

from stillwatch.faces.cli.watch_command import watch_command


def _run(*arguments):
    return CliRunner().invoke(watch_command, [str(one) for one in arguments], standalone_mode=False)


def test_one_round_publishes_standings_events_and_a_report(small_sample, tmp_path):
    logs, out = small_sample.logs, tmp_path / "out"
    done = _run(*logs, "--accounts", small_sample.accounts_path, "--out", out, "--once", "--workers", 1, "--json")
    events = [json.loads(line) for line in done.output.splitlines()]
    assert done.return_value == 1
    assert "campaign_flagged" in {event["happening"] for event in events}
    names = {file.name for file in out.iterdir() if file.is_file() and not file.name.startswith(".")}
    assert names == {
        *(
            "standings.json",
            "standings.bin",
            "events.jsonl",
            "watch.json",
            "campaigns.json",
            "set_aside.json",
            "members.parquet",
        ),
        *("links.parquet", "explain.json", "report.html"),
    }
    flagged = {event["campaign_id"] for event in events} - {""}
    assert {one["id"] for one in json.loads((out / "campaigns.json").read_bytes())["campaigns"]} <= flagged


def test_a_replay_measures_exposure(small_sample, tmp_path):
    out = tmp_path / "out"
    arguments = ["--accounts", small_sample.accounts_path, "--out", out, "--replay", "7d", "--workers", 1]
    done = _run(*small_sample.logs, *arguments, "--truth", small_sample.truth_path)
    assert "exposure of " in done.output
    (one,) = json.loads((out / "exposure.json").read_bytes())
    assert 0 < one["exchanges_share"] <= 1


def test_truth_without_a_replay_is_refused(small_sample, tmp_path):
    answer = CliRunner().invoke(watch_command, ["x", "--truth", str(small_sample.truth_path), "--out", str(tmp_path)])
    assert (answer.exit_code, "--replay STEP" in answer.output) == (2, True)
