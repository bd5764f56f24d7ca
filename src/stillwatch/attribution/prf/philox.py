"""Philox4x32-10 over arrays, and the two stages in which engines hash a context and a token with it.

A counter-based generator with 128 bits of counter and 64 bits of key (Salmon and others 2011, doi
10.1145/2063384.2063405). It mixes well and passes the usual batteries, but is no cryptographic function: whoever sees
many draws may learn the key, so a key that engines draw with is rotated.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
"""Words of 32 bits, each in 64, so that their products fit."""

_MASK: Final = np.uint64(0xFFFFFFFF)
_SHIFT: Final = np.uint64(32)
_MULTIPLIERS: Final = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL: Final = (0x9E3779B9, 0xBB67AE85)
_ROUNDS: Final = 10
_CONTEXT_STAGE: Final = 0x574D4358
_TOKEN_STAGE: Final = 0x574D544B


class Block(NamedTuple):
    """Four words of 32 bits, arrays of one shape or of shapes that broadcast."""

    first: Words
    second: Words
    third: Words
    fourth: Words


def philox(counter: Block, key_low: Words | int, key_high: Words | int) -> Block:
    """The block of a counter under a key; everything broadcasts."""
    first, second, third, fourth = counter
    low, high = np.asarray(key_low, np.uint64), np.asarray(key_high, np.uint64)
    for turn in range(_ROUNDS):
        left, right = first * _MULTIPLIERS[0], third * _MULTIPLIERS[1]
        first, second = (right >> _SHIFT) ^ second ^ low, right & _MASK
        third, fourth = (left >> _SHIFT) ^ fourth ^ high, left & _MASK
        if turn < _ROUNDS - 1:
            low, high = (low + np.uint64(_WEYL[0])) & _MASK, (high + np.uint64(_WEYL[1])) & _MASK
    return Block(first, second, third, fourth)


def word_of_token(block: Block, tokens: Words) -> Words:
    """Of four words that four tokens in a row share, the one of each token: `tokens` modulo four."""
    which = tokens & np.uint64(3)
    return np.where(
        which < np.uint64(2),
        np.where(which == np.uint64(0), block.first, block.second),
        np.where(which == np.uint64(2), block.third, block.fourth),
    )


def engine_words(contexts: npt.NDArray[np.int64], tokens: npt.NDArray[np.int64], key: int) -> Words:
    """The 32-bit word of each token after each context, as vLLM's PRF `philox4x32-10-v1` draws it.

    Contexts, shape (..., width), are absorbed in blocks of four tokens into a state of 128 bits; tokens, shape (...),
    then select a word of it. Shapes broadcast, so that a context is absorbed once for a whole vocabulary.
    """
    low, high = key & 0xFFFFFFFF, key >> 32
    state = _absorbed(contexts, low, high)
    token_words = tokens.astype(np.uint64) & _MASK
    keyed = state.fourth ^ np.uint64(low)
    block = philox(Block(token_words >> np.uint64(2), *state[:3]), keyed, high ^ _TOKEN_STAGE)
    return word_of_token(block, token_words)


def uniforms_of_words(words: Words) -> npt.NDArray[np.float64]:
    """The top 24 bits of each word as a number strictly between 0 and 1, in the single precision engines have."""
    uniforms = ((words >> np.uint64(8)).astype(np.float64) + 1.0) / (2**24 + 1)
    return uniforms.astype(np.float32).astype(np.float64)


def _absorbed(contexts: npt.NDArray[np.int64], low: int, high: int) -> Block:
    width = contexts.shape[-1]
    words = contexts.astype(np.uint64) & _MASK
    shape = contexts.shape[:-1]
    start = (_CONTEXT_STAGE, width, 0, 0)
    state = Block(*(np.full(shape, word, np.uint64) for word in start))
    for offset in range(0, width, 4):
        taken = (
            words[..., offset + place] if offset + place < width else np.uint64(0xFFFFFFFF - place)
            for place in range(4)
        )
        mixed = Block(*(word ^ new for word, new in zip(state, taken, strict=True)))
        state = philox(mixed, low ^ offset, high)
    return state
