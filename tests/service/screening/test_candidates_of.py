"""Hits made candidates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lists_factory import NOW, OURS, add, store_of

from stillwatch.screening.query import Query
from stillwatch.service.screening.candidates_of import asked_of, candidates_of
from stillwatch.service.screening.open_lists import OpenLists, open_lists

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.core.screened import Candidate

_QUERY = Query(name="Orrin Lattice Works")


def candidate(lists: OpenLists, query: Query = _QUERY, account: str = "a-1") -> Candidate:
    return candidates_of(asked_of(account, "organisation", query), lists.matcher.screen(query), lists, {})[0]


def test_the_id_is_of_account_and_entry_and_the_facts_of_what_they_are(tmp_path: Path) -> None:
    add(tmp_path)
    lists = open_lists(store_of(tmp_path), [], today=NOW.date())
    one, other = candidate(lists), candidate(lists, replace(_QUERY, country="CN"))
    assert one.id == other.id
    assert one.facts != other.facts
    assert candidate(lists, account="a-2").id != one.id
    add(tmp_path, OURS.replace("Lattice Works Orrin", "Lattice Works of Orrin"))
    changed = candidate(open_lists(store_of(tmp_path), [], today=NOW.date()))
    assert (changed.id, changed.facts == one.facts) == (one.id, False)
