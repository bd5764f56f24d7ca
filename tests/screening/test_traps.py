"""What went wrong at others, from the list to the answer; each with where it was told."""

from __future__ import annotations

import pytest

from stillwatch.core.listed_entity import AliasStrength
from stillwatch.screening.matcher import Matcher
from stillwatch.screening.query import Query
from stillwatch.screening.readers import ofac_csv

_ROW = '{},"{}",{},"EX",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,{}\r\n'
_ENTRIES = (
    ("1", "ORRIN CORP", "-0- ", "-0- "),
    ("2", "EMMA LLC", "-0- ", "-0- "),
    ("3", "JSCARGUMENT", "-0- ", "-0- "),
    ("4", "VALDEZ, Jorge Trumbull", '"individual"', "\"a.k.a. 'THE CLERK'.\""),
    ("5", "ANDOR TRADING COMPANY LIMITED; and any successor, sub-unit, or subsidiary thereof", "-0- ", "-0- "),
)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    files = {
        "SDN.CSV": "".join(_ROW.format(*entry) for entry in _ENTRIES).encode(),
        "ALT.CSV": b'4,1,"aka","VALDES, Georg",-0- \r\n',
        "ADD.CSV": b"4,1,-0- ,-0- ,-0- ,-0- \r\n",
        "SDN_COMMENTS.CSV": b"",
    }
    return Matcher(ofac_csv.FORMAT.read(files, "ofac").entities)


def found(matcher: Matcher, name: str) -> list[str]:
    return [hit.entity.source_id for hit in matcher.screen(Query(name=name))]


@pytest.mark.parametrize("name", ["CORP", "LLC", "JSC", "Trading Company Limited", "Company", "-0-", ""])
def test_a_generic_word_alone_passes_for_nobody(matcher: Matcher, name: str) -> None:
    """https://github.com/moov-io/watchman/issues/483: `CORP` matched with 100 %."""
    assert found(matcher, name) == []


@pytest.mark.parametrize(("name", "entry"), [("Emma L.L.C.", "2"), ("JSC Argument", "3"), ("Orrin Corporation", "1")])
def test_a_company_form_is_neither_the_name_nor_lost_in_it(matcher: Matcher, name: str, entry: str) -> None:
    """https://github.com/moov-io/watchman/issues/338 and 594."""
    assert found(matcher, name) == [entry]


@pytest.mark.parametrize("name", ["Donald Trumbull", "George Washington", "Jorge Washington", "Trumbull"])
def test_a_part_of_a_name_is_not_the_person(matcher: Matcher, name: str) -> None:
    """https://github.com/moov-io/watchman/issues/115: a president was a listed person with 89 %."""
    assert found(matcher, name) == []


def test_a_weak_alias_is_found_and_weighs_less(matcher: Matcher) -> None:
    """https://github.com/moov-io/watchman/issues/450: weak aliases stand in the remarks, and were missed."""
    (weak,) = matcher.screen(Query(name="The Clerk"))
    (strong,) = matcher.screen(Query(name="Georg Valdes"))
    assert (weak.name.strength, strong.name.strength) == (AliasStrength.WEAK, AliasStrength.STRONG)
    assert weak.score < strong.score


@pytest.mark.parametrize("name", ["Jorge Trumbull Valdez", "VALDEZ Jorge Trumbull", "Valdez, Jorge T."])
def test_the_family_name_may_stand_first_or_last(matcher: Matcher, name: str) -> None:
    assert found(matcher, name) == ["4"]


def test_the_tail_of_an_entry_is_no_part_of_its_name(matcher: Matcher) -> None:
    (hit,) = matcher.screen(Query(name="Andor Trading Co., Ltd."))
    assert hit.name.text == "ANDOR TRADING COMPANY LIMITED"
    assert "any successor" in hit.entity.raw
