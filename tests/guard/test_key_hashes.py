"""Hashes are those of ingest, one by one and many at once."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.guard.key_hashes import FNV_OFFSET, fnv, lane, mixed, numbers, run_hashes, salted, signed
from stillwatch.logs.hashing import hash_text

_NUMBERS = st.integers(0, 2**64 - 1)


@settings(deadline=None)  # the first one compiles
@given(st.text(min_size=1), st.integers(-(2**63), 2**64 - 1))
def test_equal_to_ingest(text: str, salt: int) -> None:
    [expected] = hash_text(pa.array([text], pa.large_string()), salt).tolist()
    assert signed(mixed(fnv(salted(salt), text.encode()))) == expected


@given(st.lists(_NUMBERS, min_size=4, max_size=200), st.integers(1, 4), st.integers(0, 99))
def test_many_at_once_are_the_same(words: list[int], length: int, seed: int) -> None:
    lanes = b"".join(map(lane, words))
    assert numbers(lanes).tolist() == words
    expected = [mixed(fnv(FNV_OFFSET ^ seed, words[at : at + length])) for at in range(len(words) - length + 1)]
    assert run_hashes(lanes, length, seed).tolist() == expected


def test_signs() -> None:
    assert [signed(value) for value in (0, 2**63 - 1, 2**63, 2**64 - 1)] == [0, 2**63 - 1, -(2**63), -1]
