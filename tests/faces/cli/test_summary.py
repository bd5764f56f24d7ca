from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from hostile import made_hostile
from report_factory import empty_result, rich_result
from rich.console import Console

from stillwatch.faces.cli.summary import print_summary

if TYPE_CHECKING:
    from stillwatch.core.campaign import ScanResult

RESULTS = {
    "rich": rich_result(),
    "nothing": empty_result(),
    "incomplete": empty_result(complete=False),
    "sixty": rich_result(sizes=(5,) * 60),
    "hostile": made_hostile(rich_result(sizes=(5, 5))),
}


def summary(result: ScanResult, *, terminal: bool = False) -> str:
    file = StringIO()
    colours = "standard" if terminal else None
    console = Console(file=file, width=80, force_terminal=terminal, color_system=colours, legacy_windows=False)
    print_summary(result, "out/scan/report.html", console)
    return file.getvalue()


@pytest.mark.parametrize("name", RESULTS)
def test_a_pipe_gets_no_colours_and_a_screenful_at_most(name: str):
    said = summary(RESULTS[name])
    assert "\x1b" not in said
    assert said.count("\n") <= 24
    assert said.endswith("report    out/scan/report.html\n")


@pytest.mark.parametrize("name", ["rich", "nothing", "incomplete"])
def test_a_terminal_of_80_columns_is_enough(name: str):
    file = StringIO()
    console = Console(file=file, width=80, force_terminal=True, color_system=None)
    print_summary(RESULTS[name], "out/scan/report.html", console)
    assert max(map(len, file.getvalue().splitlines())) <= 80


def test_a_terminal_gets_colours():
    assert "\x1b[" in summary(RESULTS["rich"], terminal=True)


def test_each_campaign_is_one_line_with_its_reason():
    lines = [line for line in summary(RESULTS["rich"]).splitlines() if line.startswith(("campaign ", "review "))]
    assert len(lines) == 3
    assert lines[0].startswith("review    c-")
    assert "57 accounts, 18,069 exchanges, confidence 0.92. After 38 bans a new account took the load over" in lines[0]


def test_what_could_not_be_seen_is_said():
    said = summary(RESULTS["rich"])
    assert "set aside four groups with an honest explanation (1 open source tool" in said
    assert "infrastructure in 31% and registration in 0% of exchanges" in said
    assert "rejects   15 records could not be read" in said


def test_an_incomplete_run_is_not_clean():
    said = summary(RESULTS["incomplete"])
    assert said.startswith("Not clean: the scan is incomplete")
    assert "no account is cleared" in said


def test_nothing_to_remark_is_no_remark():
    bare = replace(RESULTS["nothing"], set_aside=(), run=replace(RESULTS["nothing"].run, warnings=(), coverage={}))
    assert "set aside" not in summary(bare)
    assert "warning" not in summary(bare)


def test_many_campaigns_are_cut_and_the_rest_counted():
    assert "and 48 more in the report" in summary(RESULTS["sixty"])
