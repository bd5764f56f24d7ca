"""Hashes: the same everywhere, salted, and 0 for nothing."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.logs.hashing import combine, hash_one, hash_text

_TEXTS = ["", "a", "b", "ab", "é", "日本", "a" * 10_000]


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.one_of(st.none(), st.text())), st.integers(0, 2**63 - 1))
def test_a_value_hashes_the_same_wherever_it_stands(values: list[str | None], salt: int) -> None:
    found = hash_text(pa.array(values, pa.string()), salt)
    assert found.tolist() == [hash_one(value, salt) if value else 0 for value in values]


def test_types_slices_and_chunks_make_no_difference() -> None:
    plain = hash_text(pa.array(_TEXTS), 7)
    assert np.array_equal(hash_text(pa.array(_TEXTS, pa.large_string()), 7), plain)
    assert np.array_equal(hash_text(pa.array(["x", *_TEXTS]).slice(1), 7), plain)
    assert np.array_equal(hash_text(pa.chunked_array([_TEXTS[:3], _TEXTS[3:]]), 7), plain)
    assert np.array_equal(hash_text(pa.array(_TEXTS).dictionary_encode(), 7), plain)


def test_different_values_and_salts_differ() -> None:
    keys = {hash_one(text, salt) for text in _TEXTS[1:] for salt in (1, 2**62 + 12345)}
    assert len(keys) == 2 * len(_TEXTS[1:])


def test_stored_hashes_never_change() -> None:
    assert [hash_one("account-1", 0), hash_one("account-1", 1)] == [5668183190058285127, -2096269842037891848]


@pytest.mark.parametrize(("left", "right", "known"), [(0, 0, False), (1, 0, True), (0, 1, True), (1, 1, True)])
def test_combined_is_0_only_where_all_are(left: int, right: int, known: bool) -> None:
    assert (combine(np.array([left]), np.array([right]))[0] != 0) == known


def test_order_counts_when_combined() -> None:
    one, two = np.array([1]), np.array([2])
    assert combine(one, two)[0] != combine(two, one)[0]
