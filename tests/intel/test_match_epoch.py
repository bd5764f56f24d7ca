"""The epoch's file: what all members know alike."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from stillwatch.core.errors import InputError
from stillwatch.intel.match_epoch import Epoch, Holder, joined, read_epoch, write_epoch


def epoch(*publics: int, **changes: Any) -> Epoch:
    usual = Epoch(
        name="2026-w48",
        holders=tuple(Holder(public=bytes((one,)) * 32, url=f"https://h{one}.example") for one in publics or (1,)),
        begins_at=datetime(2026, 11, 23, tzinfo=UTC),
        ends_at=datetime(2026, 11, 30, tzinfo=UTC),
        quota=1000,
    )
    return replace(usual, **changes)


def test_what_is_written_is_read() -> None:
    assert read_epoch(write_epoch(epoch(1, 2))) == epoch(1, 2)
    assert json.loads(write_epoch(epoch()))["begins_at"] == "2026-11-23T00:00:00Z"


def test_the_id_is_of_the_keys() -> None:
    assert epoch(1).id != epoch(2).id
    assert epoch(1).id.startswith("2026-w48.")
    changed = json.loads(write_epoch(epoch(1)))
    changed["holders"] = json.loads(write_epoch(epoch(2)))["holders"]
    with pytest.raises(InputError, match="its id is not that of its keys"):
        read_epoch(json.dumps(changed).encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "x/1"},
        {"holders": []},
        {"holders": 1},
        {"holders": [{"public": "AAAA"}]},
        {"holders": [{"public": "?"}]},
        {"begins_at": "2026-11-23T00:00:00"},
        {"begins_at": "soon"},
        {"quota": 0},
        {"quota": "many"},
        {"name": "../x"},
    ],
)
def test_what_is_no_epoch_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="epoch"):
        read_epoch(json.dumps({**json.loads(write_epoch(epoch())), **changes}).encode(), where="e.json")
    for data in (b"", b"[]", b"{}"):
        with pytest.raises(InputError, match="epoch"):
            read_epoch(data)


def test_a_split_epoch_has_the_holders_of_all_shares_in_one_order() -> None:
    whole = joined((epoch(2), epoch(1, quota=10)))
    assert whole == epoch(1, 2, quota=10)
    assert whole == joined((epoch(1, quota=10), epoch(2)))
    with pytest.raises(InputError, match="epochs differ"):
        joined((epoch(1), epoch(2, name="2026-w49")))
    with pytest.raises(InputError, match="the same key"):
        joined((epoch(1), epoch(1)))
