"""The ledger of an export covers the same accounts at the same times, and names nobody."""

from __future__ import annotations

from stillwatch.core.authorised import Authorised
from stillwatch.logs.ledger import parse_ledger
from stillwatch.service.evidence.export_ledger import export_ledger

_START, _END = 1_780_272_000_123_456_000, 1_796_083_200_000_000_000


def test_times_come_back_to_the_microsecond_and_names_do_not():
    entries = (
        Authorised(name="Red team", account_ids=("anna", "ben"), valid_from=_START, valid_until=_END, contract="C-1"),
        Authorised(name="Gone", account_ids=("nobody",)),
        Authorised(name="Always", account_ids=("cleo",)),
    )
    text = export_ledger(entries, {"anna": "t0", "ben": "t1", "cleo": "t2"})
    found = parse_ledger(text)
    assert [(one.account_ids, one.valid_from, one.valid_until) for one in found] == [
        (("t0", "t1"), _START, _END),
        (("t2",), None, None),
    ]
    assert not [word for word in ("Red", "anna", "C-1", "Always") if word in text]


def test_an_empty_ledger_stays_one():
    assert parse_ledger(export_ledger((), {})) == ()
