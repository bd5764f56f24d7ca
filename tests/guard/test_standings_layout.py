"""A damaged, cut or foreign table is refused, whatever byte it is that is wrong."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard_rows import row
from stillwatch.core.errors import InputError
from stillwatch.guard.build_standings import build
from stillwatch.guard.standings import Standings

TABLE = build([row(), row("b-1"), row("a-1", subject="c-2")], seed=1, salt=5, published_at=9.0)


def test_it_is_read_as_it_was_written() -> None:
    read = Standings(TABLE)
    assert (read.rows, read.seed, read.salt, read.published_at) == (3, 1, 5, 9.0)


@given(st.integers(0, len(TABLE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    damaged = bytearray(TABLE)
    damaged[place] ^= change
    with pytest.raises(InputError):
        Standings(bytes(damaged))


@given(st.integers(0, len(TABLE) - 1))
def test_a_cut_is_noticed(length: int) -> None:
    with pytest.raises(InputError, match="standings"):
        Standings(TABLE[:length])


@given(st.binary(max_size=200))
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        Standings(b"swstand1" + data)


def test_the_error_names_the_file() -> None:
    with pytest.raises(InputError, match=r"^out/standings\.bin: .* \(publish it again\)$"):
        Standings(TABLE[:-1], "out/standings.bin")


def test_another_byte_order_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "byteorder", "middle")
    with pytest.raises(InputError, match="another byte order"):
        Standings(TABLE)
