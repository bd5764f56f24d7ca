"""The board's page: what it says, and how it looks in a real browser."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "evaluation"))

from board_factory import LOGS, log, write_board

from stillwatch.evaluation.board_figures import read_board
from stillwatch.faces.board.render_board import render_board

COMMITTED = Path(__file__).parents[3] / "evaluation" / "board"


@pytest.fixture
def page(tmp_path):
    return render_board(read_board(write_board(tmp_path / "board")))


def test_failures_are_in_plain_sight(page):
    assert "Every campaign found on 1 of 2 scenarios; innocents accused on 1 of 4" in page
    assert "Too &lt;little&gt; is left to share." in page
    assert "Accused: classroom 4." in page
    assert "refused: volume alone tells them apart (AUC 0.83)" in page
    assert "<b>broken</b>" not in page


def test_parts_that_matter_are_named(tmp_path):
    logs = [
        *LOGS[1:],
        log("rate_026", detectors=LOGS[0]["detectors"] | {"without:handover": LOGS[2]["detectors"]["stillwatch"]}),
    ]
    page = render_board(read_board(write_board(tmp_path, logs)))
    assert "Leaving out handover changes the result" in page


def test_the_same_figures_give_the_same_page(tmp_path):
    board = read_board(write_board(tmp_path))
    assert render_board(board) == render_board(board)


def test_the_committed_page_is_that_of_the_committed_figures():
    assert (COMMITTED / "index.html").read_text("utf-8") == render_board(read_board(COMMITTED)), "run `make board`"


@pytest.mark.parametrize("width", [360, 1200])
def test_it_fits_and_asks_for_nothing(browser, page, tmp_path, width):
    path = tmp_path / "index.html"
    path.write_text(page, encoding="utf-8")
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    )
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get(path.as_uri())
    assert browser.get_log("browser") == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    dark = browser.execute_script("return getComputedStyle(document.querySelector('td.h8')).backgroundColor")
    assert dark not in {"rgba(0, 0, 0, 0)", "transparent"}
