"""The page of a screen, as text and in a real browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hostile import made_hostile

from stillwatch.core.list_version import DatedBy, ListVersion
from stillwatch.core.ownership import OwnershipFinding, OwnershipRule, OwnershipVerdict
from stillwatch.core.screened import (
    Asked,
    Candidate,
    Disagreement,
    OwnedAccount,
    Review,
    ReviewState,
    ScorePart,
    Screened,
)
from stillwatch.faces.report.render_screen import render_screen

if TYPE_CHECKING:
    from pathlib import Path

    from selenium import webdriver

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_CANDIDATE = Candidate(
    id="f00d",
    asked=Asked(account_id="a-1", column="organisation", name="Orrin Works Ltd", country="CN"),
    source="EL",
    source_id="e-1",
    listed_name="Orrin Works",
    names=("Orrin Works", "OW (weak)"),
    entity_type="organisation",
    countries=("CN",),
    programmes=("EX",),
    addresses=("9 Quay Road, Veldt",),
    start_date="2025-01-02",
    end_date="",
    is_listed=True,
    on_lists=("csl (2026-11-20)",),
    score=0.91,
    parts=(
        ScorePart(what="name", effect=0.95, why="reads alike"),
        ScorePart(what="country", effect=-0.04, why="differs"),
    ),
    because="'Orrin Works Ltd' reads like 'Orrin Works'",
    facts="f",
)
_VERSION = ListVersion(
    list_name="csl",
    sha256="0" * 64,
    format_name="csl_csv",
    as_of=date(2026, 11, 1),
    dated_by=DatedBy.ADDED,
    added_at=_NOW,
    added_by="Ada Kern",
    entities=20_000,
    refused=1,
    files=(),
    stale_after_days=3,
)
_RULE = OwnershipRule(
    id="r",
    name="Example Rule",
    threshold=0.5,
    effective_from=date(2026, 1, 1),
    source="https://example.org",
    reviewer="",
)
_FINDING = OwnershipFinding(
    rule=_RULE,
    judged_on=_NOW.date(),
    verdict=OwnershipVerdict.RED_FLAG,
    share=0.3,
    most_share=1.0,
    paths=(),
    rests_on_candidates=True,
    because="listed parties hold 30.0% of a-3",
)
_REVIEW = Review(state=ReviewState.NO_MATCH, by="Ada Kern", reason="born elsewhere", decided_at=_NOW)
_SCREENED = Screened(
    id="s-1",
    screened_at=_NOW,
    judged_on=_NOW.date(),
    version="0.1.0",
    least_score=0.7,
    most_candidates=10,
    accounts=4,
    asked=(_CANDIDATE.asked,),
    not_screened=("a-4",),
    lists=(_VERSION,),
    rules=(_RULE,),
    candidates=(_CANDIDATE, replace(_CANDIDATE, id="beef", state=ReviewState.NO_MATCH, review=_REVIEW)),
    owned=(OwnedAccount(account_id="a-3", finding=_FINDING),),
    disagreements=(Disagreement(source="SDN", source_id="7", name="Veldt", what="csl has it, ofac does not"),),
    warnings=("list csl is of 2026-11-01, 21 days old",),
    faults=("1 entries could not be read",),
)


def test_the_same_result_is_the_same_page() -> None:
    assert render_screen(_SCREENED) == render_screen(_SCREENED)


@pytest.mark.parametrize(
    "text",
    [
        "1 account may be on a list",
        "Whom this page does not name is not cleared",
        "OW (weak)",
        "+0.95",
        "\N{MINUS SIGN}0.04",
        "21 days",
        "nobody has confirmed it",
        "Rests on a match of names that nobody has reviewed",
        "csl has it, ofac does not",
        "born elsewhere",
        "2026-11-01 or older",
        "1 not read",
    ],
)
def test_the_page_says_what_was_found_and_what_is_not_known(text: str) -> None:
    assert text in render_screen(_SCREENED)


def test_a_decision_on_other_facts_stands_beside_the_open_candidate() -> None:
    page = render_screen(replace(_SCREENED, candidates=(replace(_CANDIDATE, review=_REVIEW),)))
    assert "decided “no-match” on 22 November 2026, 12:00 UTC, on other facts: born elsewhere" in page


def test_nobody_found_is_said_plainly() -> None:
    page = render_screen(replace(_SCREENED, candidates=(), owned=(), rules=(), not_screened=()))
    assert "Nobody is open for review" in page


def test_names_of_strangers_stay_text() -> None:
    page = render_screen(made_hostile(_SCREENED))
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("<article") == 1
    assert "[U+202E]" in page


def test_a_browser_shows_it_without_a_complaint_or_a_request(tmp_path: Path, browser: webdriver.Chrome) -> None:
    page = tmp_path / "screen.html"
    page.write_text(render_screen(_SCREENED), "utf-8")
    browser.get_log("browser")
    browser.get(page.as_uri())
    assert browser.get_log("browser") == []
    widths = browser.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    assert browser.find_element("tag name", "h1").text == "1 account may be on a list"
