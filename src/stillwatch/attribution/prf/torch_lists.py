"""Which tokens `torch.randperm(vocabulary)[:size]` holds on a CPU, for many seeds at once: green lists of transformers.

A permutation is drawn by Fisher and Yates from MT19937: step i swaps place i with i + (draw mod (vocabulary - i)). For
few asked tokens no permutation is written out: a value moves only when its place is the one being filled, so it is
followed through the draws. PyTorch seeds the generator with the low 32 bits of a seed alone.
"""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
import numpy.typing as npt

_STATE: Final = 624
_LAG: Final = 397
_FEW: Final = 24
"""Up to so many tokens of one list are followed one by one; for more the list is written out (measured)."""


def on_lists(
    seeds: npt.NDArray[np.uint64], tokens: npt.NDArray[np.int64], *, vocabulary: int, size: int
) -> npt.NDArray[np.bool_]:
    """Whether each token, shape (n,), is among the first `size` of the permutation of its seed, shape (n,)."""
    low = (seeds & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    order = np.argsort(low, kind="stable")
    out = np.empty(len(low), np.bool_)
    out[order] = _on_sorted(low[order], tokens[order].astype(np.int32), np.int32(vocabulary), np.int32(size))
    return out


def permutation(seed: int, length: int) -> npt.NDArray[np.int64]:
    """`torch.randperm(length)` of a CPU generator with this seed."""
    swaps = _swaps(np.uint32(seed & 0xFFFFFFFF), np.int32(length), np.int32(length))
    return _swapped(swaps).astype(np.int64)


@numba.njit(cache=True, nogil=True)
def _on_sorted(
    seeds: npt.NDArray[np.uint32], tokens: npt.NDArray[np.int32], vocabulary: np.int32, size: np.int32
) -> npt.NDArray[np.bool_]:
    out = np.empty(len(seeds), np.bool_)
    flags = np.empty(0, np.bool_)
    start = 0
    while start < len(seeds):
        end = start
        while end < len(seeds) and seeds[end] == seeds[start]:
            end += 1
        swaps = _swaps(seeds[start], vocabulary, size)
        if end - start <= _FEW:
            for at in range(start, end):
                out[at] = _is_chosen(swaps, tokens[at])
        else:
            flags = _chosen(swaps, vocabulary)
            for at in range(start, end):
                out[at] = flags[tokens[at]]
        start = end
    return out


@numba.njit(cache=True, nogil=True)
def _is_chosen(swaps: npt.NDArray[np.int32], token: np.int32) -> bool:
    """Follow one value: it is chosen when its place is swapped to the front, and moves when its place is filled."""
    place, step = int(token), 0
    while True:
        hits = 0
        for at in range(step, min(place, len(swaps))):
            hits += swaps[at] == place
        if hits > 0:
            return True
        if place >= len(swaps):
            return False
        if swaps[place] == place:
            return True
        step, place = place + 1, int(swaps[place])


@numba.njit(cache=True, nogil=True)
def _chosen(swaps: npt.NDArray[np.int32], vocabulary: np.int32) -> npt.NDArray[np.bool_]:
    values = np.arange(vocabulary).astype(np.int32)
    flags = np.zeros(vocabulary, np.bool_)
    for at in range(len(swaps)):
        flags[values[swaps[at]]] = True
        values[swaps[at]] = values[at]
    return flags


@numba.njit(cache=True, nogil=True)
def _swapped(swaps: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    values = np.arange(len(swaps)).astype(np.int32)
    for at in range(len(swaps)):
        values[at], values[swaps[at]] = values[swaps[at]], values[at]
    return values


@numba.njit(cache=True, nogil=True)
def _swaps(seed: np.uint32, vocabulary: np.int32, size: np.int32) -> npt.NDArray[np.int32]:
    """With which place each of the first `size` is swapped."""
    blocks = (size + _STATE - 1) // _STATE
    draws = np.empty(blocks * _STATE, np.uint32)
    state = _seeded(seed)
    for block in range(blocks):
        state = _twisted(state)
        draws[block * _STATE : (block + 1) * _STATE] = _tempered(state)
    out = np.empty(size, np.int32)
    for at in range(size):
        # The remainder by a reciprocal in double precision, which vectorises; its quotient may be one too large.
        left = vocabulary - at
        quotient = np.int64(np.float64(draws[at]) * (1.0 / left))
        rest = np.int64(draws[at]) - quotient * left
        rest += left if rest < 0 else 0
        rest -= left if rest >= left else 0
        out[at] = at + rest
    return out


@numba.njit(cache=True, nogil=True)
def _seeded(seed: np.uint32) -> npt.NDArray[np.uint32]:
    state = np.empty(_STATE, np.uint32)
    last = np.uint64(seed)
    state[0] = seed
    for at in range(1, _STATE):
        last = (np.uint64(1812433253) * (last ^ (last >> np.uint64(30))) + np.uint64(at)) & np.uint64(0xFFFFFFFF)
        state[at] = np.uint32(last)
    return state


@numba.njit(cache=True, nogil=True)
def _twisted(old: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    new = np.empty(_STATE, np.uint32)
    early = _STATE - _LAG
    for at in range(early):
        new[at] = old[at + _LAG] ^ _twist(old[at], old[at + 1])
    for at in range(early, _STATE - 1):
        new[at] = new[at - early] ^ _twist(old[at], old[at + 1])
    new[_STATE - 1] = new[_LAG - 1] ^ _twist(old[_STATE - 1], new[0])
    return new


@numba.njit(cache=True, inline="always")
def _twist(high: np.uint32, low: np.uint32) -> np.uint32:
    joined = (high & np.uint32(0x80000000)) | (low & np.uint32(0x7FFFFFFF))
    return (joined >> np.uint32(1)) ^ ((joined & np.uint32(1)) * np.uint32(0x9908B0DF))


@numba.njit(cache=True, nogil=True)
def _tempered(state: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    out = np.empty(_STATE, np.uint32)
    for at in range(_STATE):
        word = state[at]
        word ^= word >> np.uint32(11)
        word ^= (word << np.uint32(7)) & np.uint32(0x9D2C5680)
        word ^= (word << np.uint32(15)) & np.uint32(0xEFC60000)
        out[at] = word ^ (word >> np.uint32(18))
    return out
