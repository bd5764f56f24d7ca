from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from report_factory import empty_result, rich_result

from stillwatch.faces.report.what_was_found import headline, what_was_found

if TYPE_CHECKING:
    from stillwatch.core.campaign import ScanResult

ONE = rich_result(sizes=(57,))
THREE = rich_result()


@pytest.mark.parametrize(
    ("result", "title"),
    [
        (ONE, "One campaign found"),
        (THREE, "Two campaigns found, one group to review"),
        (replace(THREE, campaigns=THREE.campaigns[-1:]), "One group to review"),
        (empty_result(), "No campaign found"),
        (empty_result(complete=False), "Not clean: the scan is incomplete"),
    ],
)
def test_titles(result: ScanResult, title: str):
    assert what_was_found(result).title == title


@pytest.mark.parametrize("result", [ONE, THREE, empty_result(), replace(empty_result(), set_aside=())])
def test_there_are_three_sentences(result: ScanResult):
    sentences = what_was_found(result).sentences
    assert [sentence.count(". ") for sentence in sentences] == [0, 0, 0]
    assert all(sentence[0].isupper() and sentence[-1] == "." for sentence in sentences)


def test_an_incomplete_scan_that_found_something_clears_nobody():
    assert "not cleared" in what_was_found(rich_result(complete=False)).sentences[2]


def test_a_complete_scan_states_its_rate():
    assert "at most 1 in 100 of its entries" in what_was_found(ONE).sentences[2]


def test_a_headline_names_accounts_exchanges_and_days():
    [campaign] = ONE.campaigns
    assert headline(campaign) == (
        f"57 accounts acting as one operator made {campaign.exchanges:,} exchanges for mathematics, coding and "
        "step by step reasoning, 2 to 18 March 2026."
    )
