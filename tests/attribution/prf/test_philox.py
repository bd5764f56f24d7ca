"""Philox beside the vectors of its authors, and how engines use it."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.prf.philox import Block, engine_words, philox, uniforms_of_words, word_of_token

KNOWN = (
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
        (0xFFFFFFFF, 0xFFFFFFFF),
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)
"""Counter, key, block: `kat_vectors` of Random123 for philox4x32-10."""


@pytest.mark.parametrize(("counter", "key", "block"), KNOWN, ids=["zeros", "ones", "digits of pi"])
def test_a_block_is_that_of_the_authors(counter: tuple[int, ...], key: tuple[int, int], block: tuple[int, ...]) -> None:
    drawn = philox(Block(*(np.array([word], np.uint64) for word in counter)), *key)
    assert tuple(int(word[0]) for word in drawn) == block


def test_four_tokens_in_a_row_take_the_words_of_one_block() -> None:
    block = Block(*(np.full(4, word, np.uint64) for word in (10, 11, 12, 13)))
    assert word_of_token(block, np.arange(8, 12, dtype=np.uint64)).tolist() == [10, 11, 12, 13]


def test_a_context_is_hashed_once_for_a_whole_vocabulary() -> None:
    contexts, vocabulary = np.array([[1, 2], [3, 4]]), np.arange(9)
    over_all = engine_words(contexts[:, None, :], vocabulary, 42)
    one_by_one = [[int(engine_words(one[None], np.array([token]), 42)[0]) for token in range(9)] for one in contexts]
    assert over_all.tolist() == one_by_one


def test_the_width_of_a_context_and_its_order_change_every_word() -> None:
    words = {
        int(engine_words(np.array([context]), np.array([7]), 42)[0])
        for context in ((1,), (1, 2), (2, 1), (0, 1, 2), (1, 2, 0), (1, 2, 0, 0), (1, 2, 0, 0, 0))
    }
    assert len(words) == 7


def test_a_uniform_never_reaches_an_end() -> None:
    ends = uniforms_of_words(np.array([0, 0xFFFFFFFF], np.uint64))
    assert 0.0 < ends[0] < ends[1] < 1.0
