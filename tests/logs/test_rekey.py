from __future__ import annotations

import numpy as np

from stillwatch.logs.rekey import rekey, secret_of

_SECRET = bytes(range(16))
_OF_THE_PAPER = 0x93F5F5799A932462
"""SipHash-2-4 of the bytes 0 to 7 under the key 0 to 15: vector 8 of the reference implementation."""


def test_a_key_is_the_siphash_of_its_bytes():
    message = np.array([int.from_bytes(bytes(range(8)), "little")])
    assert int(rekey(message, secret_of(_SECRET))[0]) & (2**64 - 1) == _OF_THE_PAPER


def test_equal_keys_stay_equal_and_nothing_stays_nothing():
    old = np.array([5, 0, -3, 5, 2**62, 0])
    new = rekey(old, secret_of(_SECRET))
    assert new[1] == new[5] == 0
    assert new[0] == new[3]
    assert len(np.unique(new)) == len(np.unique(old))


def test_another_secret_gives_other_keys():
    old = np.arange(1, 100)
    assert not np.isin(rekey(old, (1, 2)), rekey(old, (1, 3))).any()
