"""A guard follows the published table: replaced, damaged, gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard_rows import row
from stillwatch.core.errors import InputError
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName
from stillwatch.guard.build_standings import build
from stillwatch.guard.standings import Standings
from stillwatch.service.guarding import follow_standings as module
from stillwatch.service.guarding.follow_standings import StandingsFollower, TablesFollower
from stillwatch.service.write_whole import write_whole

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _table(*accounts: str) -> bytes:
    rows = (
        KeyStanding(
            name=KeyName.ACCOUNT,
            value=account,
            subject="c",
            role=Role.OPERATOR,
            confidence=0.9,
            reason="x",
            since=NOON,
            expires_at=NOON + timedelta(days=1),
        )
        for account in accounts
    )
    return build(rows, seed=7, salt=3, published_at=NOON.timestamp())


@pytest.mark.parametrize("mapped_bytes", [1 << 24, 0], ids=["read", "mapped"])
def test_a_newer_table_is_taken_once_and_a_damaged_one_never(tmp_path, monkeypatch, mapped_bytes):
    monkeypatch.setattr(module, "_MAPPED_BYTES", mapped_bytes)
    file = tmp_path / "standings.bin"
    follower = StandingsFollower(file)
    assert (follower.look(), follower.counts.trouble) == (None, "there is no file")
    write_whole(file, _table("a"))
    first = follower.look()
    assert (first.rows, follower.look()) == (1, None)
    write_whole(file, _table("a", "b")[:-8])
    assert (follower.look(), follower.counts.refused) == (None, 1)
    assert "damaged" in follower.counts.trouble
    assert first.has(KeyName.ACCOUNT, "a", at=NOON.timestamp())
    write_whole(file, _table("a", "b"))
    assert (follower.look().rows, follower.counts.loaded, follower.counts.trouble) == (2, 2, "")


def test_a_table_that_is_gone_is_told_and_the_old_one_stays(tmp_path):
    file = tmp_path / "standings.bin"
    write_whole(file, _table("a"))
    follower = StandingsFollower(file)
    follower.look()
    file.unlink()
    assert (follower.look(), follower.counts.trouble, follower.counts.refused) == (None, "there is no file", 0)


def test_of_several_files_each_is_replaced_by_itself_and_a_bad_one_keeps_the_others(tmp_path):
    files = [tmp_path / "standings.bin", tmp_path / "intel.bin"]
    follower = TablesFollower(files)
    assert follower.look() is None
    assert follower.trouble() == (
        "standings standings.bin: there is no file",
        "standings intel.bin: there is no file",
    )
    write_whole(files[1], _table("a"))
    assert (follower.look().rows, follower.look()) == (1, None)
    write_whole(files[0], _table("a", "b"))
    both = follower.look()
    assert (both.rows, follower.loaded, follower.trouble()) == (3, 2, ())
    write_whole(files[1], _table("c")[:-8])
    assert (follower.look(), follower.refused, len(follower.trouble())) == (None, 1, 1)
    write_whole(files[0], _table("b"))
    latest = follower.look()
    assert [latest.has(KeyName.ACCOUNT, one, at=NOON.timestamp()) for one in "ab"] == [True, True]


def test_templates_of_another_salt_are_told_of(tmp_path):
    files = [tmp_path / "standings.bin", tmp_path / "intel.bin"]
    for file, salt in zip(files, (3, 4), strict=True):
        write_whole(file, build([row("7", KeyName.TEMPLATE, kind=4)], seed=1, salt=salt))
    follower = TablesFollower(files)
    assert follower.look().salt == 3
    assert follower.trouble()[0].startswith("standings: tables hold templates of several salts")


def test_without_files_there_is_nothing_to_look_up_in():
    assert (TablesFollower(()).look(), TablesFollower(()).trouble()) == (None, ())


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_flipped_bit_is_always_noticed(place, bit):
    data = bytearray(_table("a", "b", "c"))
    data[place % len(data)] ^= 1 << bit
    with pytest.raises(InputError):
        Standings(bytes(data))


@given(st.integers(0, 10**6))
def test_a_table_cut_short_is_always_noticed(place):
    data = _table("a", "b", "c")
    with pytest.raises(InputError):
        Standings(data[: place % len(data)])
