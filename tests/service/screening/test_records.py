"""Records of screens: appended, retained, expired."""

from __future__ import annotations

import sqlite3
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.screened import ReviewState
from stillwatch.service.audit_trail import first_broken, read_entries
from stillwatch.service.screening.records import RETAINED, ScreenRecords

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DAY_S = 86_400.0


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def records(tmp_path: Path, clock: Clock) -> Iterator[ScreenRecords]:
    opened = ScreenRecords(tmp_path / "screening.db", clock=clock, must_exist=False)
    yield opened
    opened.close()


def record(*candidates: str, facts: str = "f") -> dict[str, Any]:
    plain = [{"id": one, "facts": facts, "score": 0.9} for one in candidates]
    return {"accounts": 1, "candidates": plain}


def test_the_last_decision_counts_and_all_stay_on_record(records: ScreenRecords) -> None:
    records.keep("s-1", record("abc", "abd"))
    records.decide("abc", ReviewState.UNSURE, by="Ada", reason="too little")
    found = records.decide("abc", ReviewState.NO_MATCH, by="Grace", reason="passport seen")
    assert (found.state, found.review.by) == (ReviewState.NO_MATCH, "Grace")
    assert [one.state for one in records.candidates()] == [ReviewState.NO_MATCH, ReviewState.OPEN]
    assert [one.record["id"] for one in records.candidates(ReviewState.OPEN)] == ["abd"]
    entries = list(read_entries(records.connection))
    assert [one.what for one in entries] == ["screened", "candidate_unsure", "candidate_no-match"]
    assert first_broken(records.connection) is None


def test_other_facts_open_a_candidate_again(records: ScreenRecords) -> None:
    records.keep("s-1", record("abc"))
    records.decide("abc", ReviewState.MATCH, by="Ada", reason="the same")
    records.keep("s-2", record("abc", facts="g"))
    found = records.find("abc")
    assert (found.state, found.review.state) == (ReviewState.OPEN, ReviewState.MATCH)


def test_what_must_be_retained_cannot_be_erased_or_changed(records: ScreenRecords) -> None:
    records.keep("s-1", record("abc"))
    records.decide("abc", ReviewState.MATCH, by="Ada", reason="the same")
    for statement in (
        *("DELETE FROM run", "DELETE FROM decision", "DELETE FROM audit"),
        *("UPDATE run SET retain_until = 0", "UPDATE decision SET state = 'match'", "UPDATE audit SET who = 'x'"),
    ):
        with pytest.raises(sqlite3.DatabaseError, match=r"retained|append-only"):
            records.connection.execute(statement)
    assert records.expire(by="Ada") == (0, 0)


def test_what_is_over_is_erased_with_its_candidates(records: ScreenRecords, clock: Clock) -> None:
    clock.now -= 20 * 366 * _DAY_S
    records.keep("s-1", record("abc"))
    records.decide("abc", ReviewState.MATCH, by="Ada", reason="the same")
    clock.now += 20 * 366 * _DAY_S
    records.keep("s-2", record("abd"))
    assert records.expire(by="Grace") == (1, 1)
    assert [one.record["id"] for one in records.candidates()] == ["abd"]
    with pytest.raises(InputError, match="no screen 's-1'"):
        records.record("s-1")


def test_ten_years_are_the_usual_time_and_another_may_be_set(records: ScreenRecords) -> None:
    assert timedelta(days=3652) <= RETAINED
    records.keep("s-1", record(), retained=timedelta(days=1))
    (kept, until) = records.connection.execute("SELECT screened_at, retain_until FROM run").fetchone()
    assert until - kept == _DAY_S


@pytest.mark.parametrize(
    ("candidate", "state", "by", "reason", "says"),
    [
        ("zz", ReviewState.MATCH, "Ada", "x", "no candidate alone begins with 'zz'"),
        ("ab", ReviewState.MATCH, "Ada", "x", "no candidate alone begins with 'ab'"),
        ("", ReviewState.MATCH, "Ada", "x", "no candidate alone"),
        ("abc", ReviewState.MATCH, " ", "x", "a name and a reason"),
        ("abc", ReviewState.MATCH, "Ada", "", "a name and a reason"),
        ("abc", ReviewState.OPEN, "Ada", "x", "open is no decision"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(  # noqa: PLR0913, PLR0917
    records: ScreenRecords, candidate: str, state: ReviewState, by: str, reason: str, says: str
) -> None:
    records.keep("s-1", record("abc", "abd"))
    with pytest.raises(InputError, match=says):
        records.decide(candidate, state, by=by, reason=reason)


def test_a_record_must_be_there_and_ours(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no record of screens"):
        ScreenRecords(tmp_path / "none.db", clock=time.time)
    (tmp_path / "other.db").write_bytes(b"something else" * 100)
    with pytest.raises(InputError):
        ScreenRecords(tmp_path / "other.db", clock=time.time)
