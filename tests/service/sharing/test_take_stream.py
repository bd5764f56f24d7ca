"""A server's stream is taken in once, whole, and from where it was left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from received_rows import LAB_A, NOW, campaign, delivery, documents, indicator, peers, stix
from stillwatch.core.errors import InputError
from stillwatch.service.sharing import take_stream as module
from stillwatch.service.sharing.held import held_indicators, received_campaigns
from stillwatch.service.sharing.intel_state import open_intel, position_of
from stillwatch.service.sharing.take_stream import StreamBatch, take_stream

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from stillwatch.service.sharing.receive import Received

OBJECTS = tuple(documents(stix(indicator(1), indicator(2, "198.51.100.8"))))


@pytest.fixture
def intel(tmp_path) -> Iterator[sqlite3.Connection]:
    connection = open_intel(tmp_path / "intel.db")
    yield connection
    connection.close()


def take(intel: sqlite3.Connection, position: int, objects: tuple[Any, ...] = (), **other: Any) -> Received:
    batch = StreamBatch(str(position), objects, **{"deleted": (), "has_more": False} | other)
    return take_stream(intel, batch, delivery(), peers())


def values(intel: sqlite3.Connection) -> list[str]:
    return sorted(one.value for one in held_indicators(intel, at=NOW.timestamp()))


def test_the_same_batch_again_changes_nothing(intel) -> None:
    first = take(intel, 17, OBJECTS)
    assert (first.new_campaigns, first.new_indicators, first.accepted) == (1, 2, 2)
    assert not take(intel, 17, OBJECTS).has_news
    assert (values(intel), position_of(intel, "hub")) == (["198.51.100.7", "198.51.100.8"], "17")


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_it_is_the_same_however_it_is_cut_into_pages(intel, size: int) -> None:
    for start in range(0, len(OBJECTS), size):
        page = OBJECTS[start : start + size]
        take(intel, start, page, has_more=start + size < len(OBJECTS))
    assert values(intel) == ["198.51.100.7", "198.51.100.8"]
    assert [(one.id, one.producer_id) for one in received_campaigns(intel)] == [(campaign().id, LAB_A)]


def test_what_fails_leaves_the_position_where_it_was(intel, monkeypatch) -> None:
    take(intel, 17, OBJECTS)

    def fail(_: bytes) -> None:
        raise InputError("too large")

    monkeypatch.setattr(module, "read_bundle", fail)
    with pytest.raises(InputError):
        take(intel, 18, tuple(documents(stix(version=2))))
    assert position_of(intel, "hub") == "17"
    monkeypatch.undo()
    assert take(intel, 18, tuple(documents(stix(version=2)))).changed_campaigns == 1


def test_an_indicator_that_the_server_deletes_ends_and_may_come_again(intel) -> None:
    take(intel, 17, OBJECTS)
    [mine] = [one for one in OBJECTS if one["id"] == indicator(1).id]
    assert take(intel, 18, deleted=((mine["id"], mine["modified"]),)).taken_back == 1
    assert values(intel) == ["198.51.100.8"]
    take(intel, 19, (mine,))
    assert values(intel) == ["198.51.100.7", "198.51.100.8"]


def test_a_producer_that_the_server_puts_out_ends_with_all_it_sent(intel) -> None:
    take(intel, 17, OBJECTS)
    gone = tuple((one["id"], "") for one in OBJECTS)
    take(intel, 40, deleted=gone)
    assert (values(intel), received_campaigns(intel)) == ([], ())


def test_what_a_person_rejected_does_not_come_back_with_another_deletion(intel) -> None:
    take(intel, 17, OBJECTS)
    intel.execute("UPDATE campaign SET review = 'rejected'")
    intel.execute("UPDATE indicator SET review = 'rejected'")
    take(intel, 40, deleted=tuple((one["id"], "") for one in OBJECTS))
    take(intel, 60, OBJECTS)
    assert values(intel) == []


def test_revoked_by_its_producer_it_ends_for_ever(intel) -> None:
    take(intel, 17, OBJECTS)
    told = stix(indicator(1), indicator(2, "198.51.100.8"), version=2, is_revoked=True)
    assert take(intel, 18, tuple(documents(told))).taken_back
    assert values(intel) == []
    take(intel, 19, tuple(documents(stix(indicator(1), version=3))))
    assert values(intel) == []
