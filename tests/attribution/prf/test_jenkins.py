"""The integer hash in signed 32-bit arithmetic."""

from __future__ import annotations

import numpy as np

from stillwatch.attribution.prf.jenkins import jenkins


def plain(token: int) -> int:
    """The same with Python's integers, wrapped to a signed word after each step."""

    def signed(value: int) -> int:
        return (value + (1 << 31)) % (1 << 32) - (1 << 31)

    word = signed(token + 1)
    word = signed(word - (word << 6))
    word = signed(word ^ (word >> 17))
    word = signed(word - (word << 9))
    word = signed(word ^ (word << 4))
    word = signed(word - (word << 3))
    word = signed(word ^ (word << 10))
    return signed(word ^ (word >> 15))


def test_the_hash_wraps_as_a_signed_word_does() -> None:
    tokens = [0, 1, 2, 50_256, 128_255, 200_000]
    assert jenkins(np.array(tokens)).tolist() == [plain(token) for token in tokens]
