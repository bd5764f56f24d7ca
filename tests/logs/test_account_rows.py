"""What the record of one account means, and what is said where a value means nothing."""

from __future__ import annotations

import pytest

from stillwatch.logs.account_rows import Place, flat, plan_of, read_row
from stillwatch.logs.rejects import RejectLog


def read(record):
    """The row, and the reasons of what was rejected."""
    log = RejectLog()
    return read_row(record, plan_of(record), Place(log, "accounts.csv", 7)), log


def test_nested_fields_are_named_by_their_path():
    assert dict(flat({"id": "a1", "email": {"domain": "x.example"}})) == {"id": "a1", "email.domain": "x.example"}


@pytest.mark.parametrize("spelling", ["account_id", "sw.account.id", "Account ID"])
def test_the_id_however_it_is_spelled(spelling):
    row, _ = read({spelling: "a1", "plan": "pro"})
    assert (row["account_id"], row["plan"]) == ("a1", "pro")


def test_a_status_that_means_banned_takes_its_moment():
    row, _ = read({"account_id": "a1", "status": "Suspended", "status_changed_at": "2026-03-02T00:00:00Z"})
    assert row["banned_at"] == 1_772_409_600 * 10**9


def test_a_record_without_an_id_is_no_row_and_is_counted():
    row, log = read({"account_id": "", "plan": "pro"})
    assert row is None
    assert sum(log.rejects().counts.values()) == 1
