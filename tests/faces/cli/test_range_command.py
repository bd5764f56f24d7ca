"""`stillwatch range`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[2] / "evaluation"))

from board_factory import write_board

from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.range_command import range_command
from stillwatch.service.write_result import write_result

if TYPE_CHECKING:
    from click.testing import Result


def run(*arguments: object, **options: Any) -> Result:
    words = [str(argument) for argument in arguments]
    return CliRunner().invoke(range_command, words, standalone_mode=False, catch_exceptions=False, **options)


def test_list_names_scenarios_and_what_they_cover() -> None:
    assert "covers rate of campaign H: 282 a day" in run("list").output
    assert {"name", "about", "covers", "needs_corpora", "twins"} == set(
        json.loads(run("list", "--json").output)["scenarios"][0]
    )


def test_compose_says_what_it_made(tmp_path: Path) -> None:
    made = json.loads(run("compose", "small_fleet", "--out", tmp_path, "--scale", 0.03, "--files", 2, "--json").output)
    assert [Path(path).name for path in made["logs"]] == ["litellm-001.jsonl", "litellm-002.jsonl"]
    assert made["campaign_accounts"] == 2
    assert run("compose", "small_fleet", "--out", tmp_path / "b", "--scale", 0.03).output.startswith("composed ")


def test_score_of_one_pair_and_of_several(small_sample: Any, small_scan: Any, tmp_path: Path) -> None:
    campaigns = write_result(small_scan.result, tmp_path).campaigns
    pair = ("--truth", small_sample.truth_path, "--campaigns", campaigns)
    assert "operators separated" in run("score", *pair).output
    assert "2 logs; mean, and 95 % interval" in run("score", *pair, *pair).output
    found = json.loads(run("score", *pair, *pair, "--json").output)
    assert (len(found["logs"]), found["summary"]["seeds"], set(found["summary"]["recall"])) == (
        2,
        2,
        {"mean", "low", "high", "seeds"},
    )
    with pytest.raises(SettingsError, match="1 truths and 2 campaigns"):
        run("score", *pair, "--campaigns", campaigns)


def test_leaks_exits_1_when_a_suite_is_refused(small_sample: Any) -> None:
    done = run("leaks", small_sample.truth_path.parent, "--json")
    suites = json.loads(done.output)["suites"]
    assert done.return_value == int(any(one["is_refused"] and one["is_matched"] for one in suites))


def test_run_needs_a_place_for_the_result(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no \{out\}"):
        run("run", "small_fleet", "--scale", 0.03, "--out", tmp_path, "--detector", "detector {log}")


def test_board_writes_the_page_of_the_figures(tmp_path: Path) -> None:
    write_board(tmp_path)
    done = run("board", "--out", tmp_path, "--page-only")
    assert done.output == f"4 scenarios on the board: {tmp_path / 'index.html'}\n"
    assert (tmp_path / "index.html").read_text().startswith("<!doctype html>")
