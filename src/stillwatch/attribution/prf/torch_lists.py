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
_FEW: Final = 10
"""Up to so many tokens of one list are followed one by one; for more the list is written out (measured)."""

_Words = npt.NDArray[np.uint32]
_Places = npt.NDArray[np.int32]
_Flags = npt.NDArray[np.bool_]
_Inverses = npt.NDArray[np.uint64]


def on_lists(
    seeds: npt.NDArray[np.uint64], tokens: npt.NDArray[np.int64], *, vocabulary: int, size: int
) -> npt.NDArray[np.bool_]:
    """Whether each token, shape (n,), is among the first `size` of the permutation of its seed, shape (n,)."""
    low = (seeds & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    order = np.argsort(low, kind="stable")
    flags = np.empty(len(low), np.bool_)
    _flag_sorted(low[order], tokens[order].astype(np.int32), vocabulary, _inverses(vocabulary, size), flags)
    out = np.empty_like(flags)
    out[order] = flags
    return out


def permutation(seed: int, length: int) -> npt.NDArray[np.int64]:
    """`torch.randperm(length)` of a CPU generator with this seed."""
    swaps, values = np.empty(length, np.int32), np.arange(length)
    _draw_swaps(np.uint32(seed & 0xFFFFFFFF), length, _inverses(length, length), swaps, np.empty(_STATE, np.uint32))
    _swap_all(swaps, values)
    return values


def _inverses(vocabulary: int, size: int) -> _Inverses:
    """⌈2^64/m⌉ for the divisor m of each step: by it a remainder takes three products (Lemire and others 2019)."""
    return np.uint64((1 << 64) - 1) // np.arange(vocabulary, vocabulary - size, -1, dtype=np.uint64) + np.uint64(1)


@numba.njit(cache=True, nogil=True)
def _flag_sorted(seeds: _Words, tokens: _Places, vocabulary: int, inverses: _Inverses, out: _Flags) -> None:
    """Fill `out`, shape (n,), for tokens sorted by their seeds."""
    swaps = np.empty(len(inverses), np.int32)
    state, values, chosen = np.empty(_STATE, np.uint32), np.empty(vocabulary, np.int32), np.empty(vocabulary, np.bool_)
    start = 0
    while start < len(seeds):
        end = start
        while end < len(seeds) and seeds[end] == seeds[start]:
            end += 1
        _draw_swaps(seeds[start], vocabulary, inverses, swaps, state)
        if end - start <= _FEW:
            for at in range(start, end):
                out[at] = _is_chosen(swaps, tokens[at])
        else:
            _choose(swaps, values, chosen)
            for at in range(start, end):
                out[at] = chosen[tokens[at]]
        start = end


@numba.njit(cache=True, nogil=True)
def _is_chosen(swaps: _Places, token: np.int32) -> bool:
    """Follow one value: it is chosen when its place is swapped to the front, and moves when its place is filled."""
    place, step = int(token), 0
    while True:
        among = swaps[step:place]  # a loop from 0 over a slice vectorises
        hit = np.int32(0)
        for at in range(len(among)):
            hit |= np.int32(among[at] == place)
        if hit or place >= len(swaps):
            return bool(hit)
        if swaps[place] == place:
            return True
        step, place = place + 1, int(swaps[place])


@numba.njit(cache=True, nogil=True)
def _choose(swaps: _Places, values: _Places, chosen: _Flags) -> None:
    for token in range(len(values)):
        values[token] = token
        chosen[token] = False
    for at in range(len(swaps)):
        other = swaps[at]
        chosen[values[other]] = True
        values[other] = values[at]


@numba.njit(cache=True, nogil=True)
def _swap_all(swaps: _Places, values: npt.NDArray[np.int64]) -> None:
    for at in range(len(swaps)):
        values[at], values[swaps[at]] = values[swaps[at]], values[at]


@numba.njit(cache=True, nogil=True)
def _draw_swaps(seed: np.uint32, vocabulary: int, inverses: _Inverses, out: _Places, state: _Words) -> None:
    """With which place each of the first is swapped, shape (size,); `state`, shape (624,), is scratch."""
    last = np.uint64(seed)
    state[0] = seed
    for at in range(1, _STATE):
        last = (np.uint64(1812433253) * (last ^ (last >> np.uint64(30))) + np.uint64(at)) & np.uint64(0xFFFFFFFF)
        state[at] = last
    for start in range(0, len(out), _STATE):
        _twist(state)
        block, inverse = out[start : start + _STATE], inverses[start : start + _STATE]
        for at in range(len(block)):
            word = state[at]
            word ^= word >> np.uint32(11)
            word ^= (word << np.uint32(7)) & np.uint32(0x9D2C5680)
            word ^= (word << np.uint32(15)) & np.uint32(0xEFC60000)
            fraction = inverse[at] * np.uint64(word ^ (word >> np.uint32(18)))
            left = np.uint64(vocabulary - start - at)
            high, low = fraction >> np.uint64(32), fraction & np.uint64(0xFFFFFFFF)
            block[at] = np.int32((high * left + (low * left >> np.uint64(32))) >> np.uint64(32)) + np.int32(start + at)


@numba.njit(cache=True, nogil=True)
def _twist(state: _Words) -> None:
    """The next 624 words, in place; three loops, so that no step of one waits for another."""
    early = _STATE - _LAG
    for at in range(early):
        state[at] = state[at + _LAG] ^ _twisted(state[at], state[at + 1])
    for at in range(early, _STATE - 1):
        state[at] = state[at - early] ^ _twisted(state[at], state[at + 1])
    state[_STATE - 1] = state[_LAG - 1] ^ _twisted(state[_STATE - 1], state[0])


@numba.njit(cache=True, inline="always")
def _twisted(high: np.uint32, low: np.uint32) -> np.uint32:
    joined = (high & np.uint32(0x80000000)) | (low & np.uint32(0x7FFFFFFF))
    return (joined >> np.uint32(1)) ^ ((joined & np.uint32(1)) * np.uint32(0x9908B0DF))
