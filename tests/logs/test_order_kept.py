from __future__ import annotations

import numpy as np
import pyarrow as pa

from stillwatch.logs.hashing import hash_text
from stillwatch.logs.order_kept import in_order, token_of_each

_KEYS = np.array([7, -9, 0, 7, 2**62, -9, 1])


def test_new_keys_have_the_order_and_equalities_of_the_old_ones_and_nothing_else():
    new = in_order(_KEYS, np.random.default_rng(3))
    assert np.array_equal(np.sign(new), np.sign(_KEYS))
    assert [new[i] < new[j] for i in range(7) for j in range(7)] == [
        _KEYS[i] < _KEYS[j] for i in range(7) for j in range(7)
    ]
    assert not np.isin(new[new != 0], _KEYS).any()


def test_no_keys_make_no_keys():
    assert len(in_order(np.zeros(0, np.int64), np.random.default_rng(3))) == 0


def test_hashes_of_tokens_have_the_order_of_the_hashes_that_they_stand_for():
    tokens = token_of_each(_KEYS, 99, b"secret")
    hashes = hash_text(pa.array(tokens, pa.large_string()), 99)
    assert tokens[2] is None
    shown = _KEYS != 0
    assert np.array_equal(
        np.unique(hashes[shown], return_inverse=True)[1], np.unique(_KEYS[shown], return_inverse=True)[1]
    )
