"""SipHash-2-4 of contexts, and a value per token of its result by the finaliser of SplitMix64.

SipHash is a pseudorandom function under a secret key of 128 bits (Aumasson and Bernstein 2012), which none of the
hashes of engines is; it is the one we mark with where we choose. The finaliser (Steele, Lea and Flood 2014) then makes
one draw per token out of the context's secret seed, and costs a tenth of another hash. Integers alone: the same on
every machine.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]

_START: Final = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_MASK: Final = np.uint64(0xFFFFFFFF)


def siphash_of_tokens(contexts: npt.NDArray[np.int64], key: bytes) -> Words:
    """SipHash-2-4 of each context, shape (..., width) → (...): its tokens as 32-bit words, lowest byte first.

    `key` is 16 bytes, as the paper reads them.
    """
    width = contexts.shape[-1]
    words = contexts.astype(np.uint64) & _MASK
    halves = (int.from_bytes(key[:8], "little"), int.from_bytes(key[8:16], "little"))
    state = [np.full(contexts.shape[:-1], start ^ halves[i % 2], np.uint64) for i, start in enumerate(_START)]
    for place in range(0, width - 1, 2):
        _compress(state, words[..., place] | (words[..., place + 1] << np.uint64(32)))
    length = np.uint64((4 * width % 256) << 56)
    _compress(state, words[..., -1] | length if width % 2 else np.asarray(length))
    state[2] ^= np.uint64(0xFF)
    for _ in range(4):
        _round(state)
    folded: Words = state[0] ^ state[1]
    return folded ^ state[2] ^ state[3]


def draws_of_tokens(seeds: Words, tokens: npt.NDArray[np.int64]) -> Words:
    """64 random bits of each token under each seed; shapes broadcast."""
    mixed: Words = seeds + (tokens.astype(np.uint64) + np.uint64(1)) * _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[1]
    return mixed ^ (mixed >> np.uint64(31))


def uniforms_of_draws(draws: Words) -> npt.NDArray[np.float64]:
    """The top 52 bits of each draw and half a step: strictly between 0 and 1, which 53 bits would round up to."""
    return ((draws >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def _compress(state: list[Words], message: Words) -> None:
    state[3] ^= message
    _round(state)
    _round(state)
    state[0] ^= message


def _round(state: list[Words]) -> None:
    _half_round(state, (0, 1, 13), (2, 3, 16))
    state[0] = _rotated(state[0], 32)
    _half_round(state, (2, 1, 17), (0, 3, 21))
    state[2] = _rotated(state[2], 32)


def _half_round(state: list[Words], *steps: tuple[int, int, int]) -> None:
    for into, from_, bits in steps:
        state[into] += state[from_]
        state[from_] = _rotated(state[from_], bits)
        state[from_] ^= state[into]


def _rotated(words: Words, bits: int) -> Words:
    return (words << np.uint64(bits)) | (words >> np.uint64(64 - bits))
