"""Keys of schemes, and numbers for pairs."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.scheme import fingerprint, key_of_words, key_words, mixed, pair_seeds
from stillwatch.attribution.scheme_shelf import open_scheme, scheme_families

MATERIAL = bytes(range(32))
SCHEMES = [open_scheme(family.name) for family in scheme_families()]


def test_integers_of_a_key_are_read_back() -> None:
    assert key_words(key_of_words(42, (1 << 64) - 1)) == (42, (1 << 64) - 1)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_material_makes_one_key_of_the_form_that_the_engine_takes(scheme) -> None:
    key = scheme.key_of(MATERIAL)
    assert len(key) == scheme.key_size_bytes
    assert all(word < 1 << scheme.key_bits for word in key_words(key))
    assert scheme.key_of(MATERIAL) == key != scheme.key_of(MATERIAL[:-1] + b"\0")


def test_layers_of_synthid_get_keys_that_differ_where_they_count() -> None:
    scheme = open_scheme("hf_synthid", {"layers": 64})
    for number in range(20):
        words = key_words(scheme.key_of(number.to_bytes(32, "big")))
        assert len({word % (1 << 16) for word in words}) == 64


def test_distinct_pairs_have_distinct_numbers_and_equal_pairs_equal_ones() -> None:
    contexts = np.array([[1, 2], [2, 1], [1, 2], [1, 3], [0, 0], [0, 0]])
    tokens = np.array([3, 3, 3, 2, 0, 1])
    numbers = fingerprint(contexts, tokens)
    assert np.array_equal(numbers, pair_seeds(contexts, tokens, b"any"))
    assert numbers[0] == numbers[2]
    assert len(set(numbers.tolist())) == 5
    assert len({*fingerprint(contexts[:, :1], tokens).tolist(), *numbers.tolist()}) == 10


def test_a_number_changes_with_either_part() -> None:
    seeds = np.array([1, 1, 2], np.uint64)
    assert len(set(mixed(seeds, np.array([5, 6, 5])).tolist())) == 3
