"""MurmurHash3 gives the known answers of SGLang's own tests (test_watermark_detector.py of pull request 37577)."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.prf.murmur import murmur
from stillwatch.attribution.schemes.sglang_gumbel import context_hashes, halves

CONTEXTS = np.array([[1, 2, 3, 4], [4, 3, 2, 1]])
HASHES = [1145416960, 47748951]
TOKENS = np.array([0, 1, 17, 8191, 8192, 16396])


def test_contexts() -> None:
    assert context_hashes(CONTEXTS).tolist() == HASHES


@pytest.mark.parametrize(
    ("key", "hashed", "known"),
    [
        (0x0123456789ABCDEF, HASHES[0], [1293512163, 858402549, 2305555132, 2450309311, 227333036, 2684237202]),
        (0xFEDCBA9876543210, HASHES[1], [221641642, 4015047244, 843143906, 1076944989, 3882127500, 2413234263]),
    ],
    ids=["A", "B"],
)
def test_tokens(key: int, hashed: int, known: list[int]) -> None:
    assert murmur([*halves(key), np.array([hashed]), TOKENS]).tolist() == known


def test_two_contexts_with_one_hash_are_one_seed() -> None:
    assert len(set(context_hashes(np.array([[55826, 167495], [62387, 187178]])).tolist())) == 1
