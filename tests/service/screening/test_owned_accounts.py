"""Accounts under rules of ownership, from what lists say of parties that they do not list themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from lists_factory import NOW, screened, store_of

from stillwatch.core.ownership import OwnershipVerdict
from stillwatch.core.screened import ReviewState
from stillwatch.service.screening.list_store import AddedList
from stillwatch.service.screening.records import ScreenRecords

if TYPE_CHECKING:
    from pathlib import Path

_FTM = (
    {"id": "q-1", "schema": "Person", "target": True, "properties": {"name": ["Barnaby Quillfeather"]}},
    {"id": "o-1", "schema": "Company", "target": False, "properties": {"name": ["Orrin Relay Works"]}},
    {"id": "w", "schema": "Ownership", "properties": {"owner": ["q-1"], "asset": ["o-1"], "percentage": ["60%"]}},
)
_RULE = """[[rule]]
id = "r"
name = "Example Rule"
threshold = 0.5
effective_from = 2026-01-01
source = "https://example.org"
reviewer = "Ada Kern"
"""


def test_an_account_named_like_a_subsidiary_that_is_on_no_list_is_found_until_somebody_rules_it_out(
    tmp_path: Path,
) -> None:
    (tmp_path / "rules.toml").write_text(_RULE)
    data = b"\n".join(map(orjson.dumps, _FTM))
    store_of(tmp_path).add("os", {"entities.ftm.json": data}, AddedList(by="Ada Kern", as_of=NOW.date()))
    accounts = "account_id,organisation\na-1,Orrin Relay Works\n"
    found = screened(tmp_path, accounts, rules=tmp_path / "rules.toml")
    (candidate,) = found.candidates
    assert (candidate.source_id, candidate.is_listed) == ("o-1", False)
    (owned,) = found.owned
    assert (owned.finding.verdict, owned.finding.rests_on_candidates) == (OwnershipVerdict.OWNED, True)
    records = ScreenRecords(tmp_path / "lists" / "screening.db", clock=NOW.timestamp)
    records.decide(candidate.id, ReviewState.NO_MATCH, by="Ada Kern", reason="another register number")
    records.close()
    assert screened(tmp_path, accounts, number=2, rules=tmp_path / "rules.toml").owned == ()
