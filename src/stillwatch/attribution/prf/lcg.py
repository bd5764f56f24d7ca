"""The linear congruential hash of SynthID-Text in transformers, and the table of bits that it points into.

Per token h ← (h + token)·a + 1 modulo 2^64, from h = 1. Of a state only the low 16 bits reach the table, and they
depend on the low 16 bits of everything before alone: an n-gram has one of 65,536 states, whatever the keys.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]

TABLE_SIZE: Final = 65_536
_MULTIPLIER: Final = np.uint64(6364136223846793005)


def absorb(state: Words, value: Words | int) -> Words:
    """The state after one more token or key; shapes broadcast."""
    return (state + np.asarray(value, np.uint64)) * _MULTIPLIER + np.uint64(1)


def state_of_tokens(contexts: npt.NDArray[np.int64], tokens: npt.NDArray[np.int64]) -> Words:
    """The state after each context, shape (..., width), and then a token, shape (...); shapes broadcast."""
    words = contexts.astype(np.uint64)
    state = np.ones(contexts.shape[:-1], np.uint64)
    for place in range(contexts.shape[-1]):
        state = absorb(state, words[..., place])
    return absorb(state, tokens.astype(np.uint64))


def bit_table(seed: int) -> npt.NDArray[np.bool_]:
    """The table of 65,536 bits that `torch.randint(0, 2)` draws on a CPU under a seed: lowest bits of MT19937."""
    drawn = np.frombuffer(np.random.RandomState(seed & 0xFFFFFFFF).bytes(4 * TABLE_SIZE), "<u4")
    return (drawn & 1).astype(np.bool_)
