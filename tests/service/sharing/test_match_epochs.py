"""Epochs at the holder: each with a key of its own, which is gone when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.intel.ristretto import load_ristretto
from stillwatch.service.audit_trail import first_broken, read_entries
from stillwatch.service.sharing.match_epochs import Opening, end_epochs, epochs, find_epoch, open_epoch, open_matching

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

_GROUP = load_ristretto()


@pytest.fixture
def matching(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_matching(tmp_path / "match.db")
    yield connection
    connection.close()


def opened(connection: sqlite3.Connection, name: str = "2026-w48", ends_at: float = 100.0) -> str:
    asked = Opening(name=name, begins_at=0.0, ends_at=ends_at, quota=10, url="https://hub.example/matching")
    return open_epoch(connection, _GROUP, asked, by="Ada", at=0.0).id


def test_each_epoch_has_a_key_of_its_own(matching: sqlite3.Connection) -> None:
    ids = [opened(matching), opened(matching, "2026-w49")]
    publics = [one.holders[0].public for one in epochs(matching)]
    assert len(set(publics)) == 2
    assert [one.id for one in epochs(matching)] == ids
    assert find_epoch(matching, "2026-w49").id == find_epoch(matching, ids[1]).id == ids[1]
    with pytest.raises(InputError, match="there is an epoch 2026-w48"):
        opened(matching)
    with pytest.raises(InputError, match="there is no epoch x"):
        find_epoch(matching, "x")


def test_at_its_end_the_key_is_nowhere_in_the_files(matching: sqlite3.Connection, tmp_path: Path) -> None:
    first, second = opened(matching), opened(matching, "2026-w49", ends_at=200.0)
    [secret] = matching.execute("SELECT secret FROM epoch WHERE id = ?", (first,)).fetchone()
    assert any(secret in file.read_bytes() for file in tmp_path.iterdir())
    assert end_epochs(matching, at=99.0) == ()
    assert end_epochs(matching, at=100.0) == (first,)
    assert end_epochs(matching, at=100.0) == ()
    assert not any(secret in file.read_bytes() for file in tmp_path.iterdir())
    assert [one.id for one in epochs(matching, only_open=True)] == [second]
    assert len(epochs(matching)) == 2


def test_a_person_may_end_one_before_its_time(matching: sqlite3.Connection) -> None:
    first, second = opened(matching), opened(matching, "2026-w49")
    assert end_epochs(matching, at=1.0, name="2026-w49", by="Grace", because="the key was seen") == (second,)
    assert [one.id for one in epochs(matching, only_open=True)] == [first]
    *_, entry = read_entries(matching)
    assert (entry.what, entry.who, entry.about, entry.detail) == (
        "epoch_ended",
        "Grace",
        second,
        {"because": "the key was seen"},
    )
    assert first_broken(matching) is None


@pytest.mark.parametrize(
    "changes",
    [
        *({"name": "A B"}, {"name": ""}, {"quota": 0}),
        *({"ends_at": 0.0}, {"ends_at": -5.0}, {"ends_at": 1e12}, {"begins_at": 100.0}),
        {"begins_at": 1e12, "ends_at": 1e12 + 1},
    ],
)
def test_what_could_be_no_epoch_is_refused(changes: dict[str, object], matching: sqlite3.Connection) -> None:
    asked = {"name": "2026-w48", "begins_at": 0.0, "ends_at": 100.0, "quota": 10, **changes}
    with pytest.raises(InputError, match="epoch"):
        open_epoch(matching, _GROUP, Opening(**asked), by="Ada", at=0.0)  # type: ignore[arg-type]
