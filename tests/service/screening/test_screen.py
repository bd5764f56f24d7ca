"""Screens from the accounts file to candidates, decisions and ownership."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from lists_factory import ACCOUNTS, NOW, OURS, add, screened

from stillwatch.core.ownership import OwnershipVerdict
from stillwatch.core.screened import ReviewState
from stillwatch.service.screening.records import ScreenRecords

if TYPE_CHECKING:
    from pathlib import Path

_RULE = """[[rule]]
id = "r"
name = "Example Rule"
threshold = 0.5
effective_from = 2026-01-01
effective_to = 2026-12-01
source = "https://example.org"
reviewer = ""
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    add(tmp_path)
    return tmp_path


def decide(folder: Path, candidate: str, state: ReviewState) -> None:
    records = ScreenRecords(folder / "lists" / "screening.db", clock=NOW.timestamp)
    records.decide(candidate, state, by="Ada Kern", reason="born elsewhere")
    records.close()


def test_whoever_may_be_listed_is_a_candidate_with_all_that_it_rests_on(folder: Path) -> None:
    found = screened(folder)
    assert {(one.asked.account_id, one.source_id) for one in found.candidates} == {("a-1", "n-1"), ("a-2", "n-2")}
    one = next(one for one in found.candidates if one.asked.account_id == "a-1")
    assert (one.source, one.on_lists, one.state) == ("ours", ("ours (2026-11-22)",), ReviewState.OPEN)
    assert one.names == ("Orrin Lattice Works", "Lattice Works Orrin", "OLW (weak)")
    assert one.parts
    assert one.because
    assert (found.accounts, found.not_screened, found.faults) == (4, ("a-4",), ())
    assert found.lists[0].sha256 == screened(folder, number=2).lists[0].sha256


def test_a_decision_is_remembered_while_account_and_entry_stay_as_they_are(folder: Path) -> None:
    first = next(one for one in screened(folder).candidates if one.asked.account_id == "a-2")
    decide(folder, first.id, ReviewState.NO_MATCH)
    again = next(one for one in screened(folder, number=2).candidates if one.id == first.id)
    assert (again.state, again.review.by, again.review.reason) == (ReviewState.NO_MATCH, "Ada Kern", "born elsewhere")
    moved = screened(folder, ACCOUNTS.replace("1961-02-03", "1961-02-04"), number=3)
    changed = next(one for one in moved.candidates if one.id == first.id)
    assert (changed.state, changed.review.state) == (ReviewState.OPEN, ReviewState.NO_MATCH)


def test_an_entry_that_changed_opens_the_candidate_again(folder: Path) -> None:
    first = next(one for one in screened(folder).candidates if one.asked.account_id == "a-1")
    decide(folder, first.id, ReviewState.NO_MATCH)
    add(folder, OURS.replace("9 Quay Road", "4 Mill Lane"))
    assert next(one for one in screened(folder, number=2).candidates if one.id == first.id).state is ReviewState.OPEN


def test_an_owner_on_a_list_counts_until_a_person_finds_that_it_is_another(folder: Path) -> None:
    (folder / "rules.toml").write_text(_RULE)
    text = ACCOUNTS.replace("DE,,", "DE,,Barnaby Quillfeather = 60%; ours:n-1 = 10%")
    found = screened(folder, text, rules=folder / "rules.toml")
    (owned,) = found.owned
    assert (owned.account_id, owned.finding.verdict) == ("a-3", OwnershipVerdict.OWNED)
    assert owned.finding.rests_on_candidates
    assert found.warnings[-1].startswith("nobody has confirmed that Example Rule (r) holds since 2026-01-01")
    candidate = next(one for one in found.candidates if one.asked.column == "owner")
    decide(folder, candidate.id, ReviewState.NO_MATCH)
    (owned,) = screened(folder, text, number=2, rules=folder / "rules.toml").owned
    assert (owned.finding.verdict, round(owned.finding.share, 6)) == (OwnershipVerdict.UNKNOWN, 0.1)


def test_ownership_is_judged_again_under_another_date(folder: Path) -> None:
    (folder / "rules.toml").write_text(_RULE)
    (folder / "owners.csv").write_text("owned,owner,share\nTidewater Bakery GmbH,ours:n-2,55%\n")
    options = {"rules": folder / "rules.toml", "holdings": folder / "owners.csv"}
    (owned,) = screened(folder, **options).owned
    assert (owned.finding.verdict, owned.finding.rests_on_candidates) == (OwnershipVerdict.OWNED, False)
    assert [step.owner_name for path in owned.finding.paths for step in path] == ["QUILLFEATHER, Barnaby"]
    later = screened(folder, number=2, judged_on=date(2026, 12, 1), **options)
    assert (later.rules, later.owned) == ((), ())


def test_only_some_accounts_may_be_asked_for(folder: Path) -> None:
    found = screened(folder, only={"a-2"})
    assert (found.accounts, [one.account_id for one in found.asked]) == (1, ["a-2"])


def test_the_record_holds_every_question_and_the_lists_by_digest(folder: Path) -> None:
    found = screened(folder)
    records = ScreenRecords(folder / "lists" / "screening.db", clock=NOW.timestamp)
    kept = records.record("s-1")
    records.close()
    assert [one["name"] for one in kept["asked"]] == [one.name for one in found.asked]
    assert kept["lists"][0]["sha256"] == found.lists[0].sha256
    assert (kept["least_score"], kept["judged_on"]) == (found.least_score, "2026-11-22")
