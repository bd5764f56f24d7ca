"""Quotas: a member gets so much an epoch, however it asks, and enumeration ends there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from stillwatch.intel.oprf import blind, finalise, output_of
from stillwatch.intel.ristretto import load_ristretto
from stillwatch.service.audit_trail import first_broken, read_entries
from stillwatch.service.sharing.match_epochs import Opening, open_epoch, open_matching
from stillwatch.service.sharing.match_holder import MOST_ELEMENTS, MatchHolder, Refusal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.intel.match_epoch import Epoch

_GROUP = load_ristretto()
_QUOTA = 20


class Clock:
    now = 10.0

    def __call__(self) -> float:
        return self.now


class Desk:
    """A holder with one epoch, from second 5 to second 1000."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.file = Clock(), folder / "match.db"
        self.connection = open_matching(self.file)
        asked = Opening(name="2026-w48", begins_at=5.0, ends_at=1000.0, quota=_QUOTA)
        self.epoch: Epoch = open_epoch(self.connection, _GROUP, asked, by="Ada", at=0.0)
        self.holder = MatchHolder(self.connection, _GROUP, clock=self.clock)

    def ask(self, count: int, member: str = "lab-a") -> tuple[Refusal | None, int]:
        answered = self.holder.answer(member, self.epoch.id, [_GROUP.base] * count)
        assert (answered.answer is None) is (answered.refusal is not None)
        return answered.refusal, answered.left

    def trail(self) -> list[tuple[str, str, int]]:
        entries = [one for one in read_entries(self.connection) if one.what.startswith("tokens")]
        return [(one.what, one.who, one.detail["elements"]) for one in entries]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.connection.close()


def secret_of(connection: sqlite3.Connection) -> bytes:
    return bytes(connection.execute("SELECT secret FROM epoch").fetchone()[0])


def test_members_get_the_tokens_of_the_epochs_key(desk: Desk) -> None:
    asked = blind(_GROUP, [b"mail", b"phone"])
    answered = desk.holder.answer("lab-a", desk.epoch.id, asked.elements)
    assert answered.answer is not None
    tokens = finalise(_GROUP, asked, [(desk.epoch.holders[0].public, answered.answer)])
    assert tokens == [output_of(_GROUP, secret_of(desk.connection), one) for one in (b"mail", b"phone")]
    assert answered.left == _QUOTA - 2
    assert desk.holder.epochs("lab-a") == ((desk.epoch, _QUOTA - 2),)
    assert desk.holder.epochs("lab-b") == ((desk.epoch, _QUOTA),)


def test_enumeration_ends_at_the_quota_of_each_member(desk: Desk) -> None:
    assert [desk.ask(8) for _ in range(3)] == [(None, 12), (None, 4), (Refusal.QUOTA, 4)]
    assert desk.ask(4) == (None, 0)
    assert [desk.ask(1) for _ in range(50)] == [(Refusal.QUOTA, 0)] * 50
    assert desk.ask(8, "lab-b") == (None, 12)
    assert desk.holder.answer("lab-a", desk.epoch.id, [_GROUP.base]).retry_s == 990


def test_the_quota_outlives_the_process(desk: Desk) -> None:
    desk.ask(_QUOTA)
    again = open_matching(desk.file)
    answered = MatchHolder(again, _GROUP, clock=desk.clock).answer("lab-a", desk.epoch.id, [_GROUP.base])
    again.close()
    assert (answered.refusal, answered.left) == (Refusal.QUOTA, 0)


def test_two_requests_at_once_get_no_more(desk: Desk) -> None:
    with ThreadPoolExecutor(4) as threads:
        given = [refusal is None for refusal, _ in threads.map(desk.ask, [3] * 16)]
    assert sum(given) == _QUOTA // 3
    assert first_broken(desk.connection) is None


def test_every_answer_is_on_record_and_refusals_once_a_minute_with_their_number(desk: Desk) -> None:
    desk.ask(_QUOTA)
    for _ in range(30):
        desk.ask(5)
    desk.clock.now += 61.0
    desk.ask(7)
    assert desk.trail() == [
        ("tokens_evaluated", "lab-a", _QUOTA),
        ("tokens_refused", "lab-a", 5),
        ("tokens_refused", "lab-a", 7),
    ]
    *_, last = read_entries(desk.connection)
    assert last.detail == {"why": "quota", "elements": 7, "refused_before": 29}


def test_an_epoch_answers_in_its_time_alone(desk: Desk) -> None:
    desk.clock.now = 4.0
    assert desk.ask(1) == (Refusal.EARLY, _QUOTA)
    desk.clock.now = 1000.0
    assert desk.ask(1)[0] is Refusal.OVER
    assert secret_of_or_none(desk.connection) is None
    assert desk.holder.epochs("lab-a") == ()
    assert desk.holder.answer("lab-a", "2026-w48.0000000000000000", [_GROUP.base]).refusal is Refusal.UNKNOWN


def secret_of_or_none(connection: sqlite3.Connection) -> bytes | None:
    found: bytes | None = connection.execute("SELECT secret FROM epoch").fetchone()[0]
    return found


@pytest.mark.parametrize("count", [0, MOST_ELEMENTS + 1])
def test_a_batch_has_a_size(count: int, desk: Desk) -> None:
    assert desk.ask(count) == (Refusal.BATCH, _QUOTA)


@pytest.mark.parametrize("element", [bytes(32), b"\xff" * 32, b"short"])
def test_what_is_no_element_is_refused_counted_and_on_record(element: bytes, desk: Desk) -> None:
    answered = desk.holder.answer("lab-a", desk.epoch.id, [_GROUP.base, element])
    assert (answered.answer, answered.refusal, answered.left) == (None, Refusal.MALFORMED, _QUOTA - 2)
    assert desk.trail()[-1] == ("tokens_refused", "lab-a", 2)
