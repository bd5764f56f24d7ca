"""Words of MT19937, as PyTorch's generator on a CPU and numpy's `RandomState` draw them.

>>> words = np.empty(2, np.uint32)
>>> draw_words(np.uint32(5489), words, np.empty((2, 624), np.uint32))
>>> words.tolist()
[3499211612, 581869302]

A block of 624 words is made of the one before in four loops over slices: none of them waits for itself, so that the
compiler takes eight words at once. Written in place, over one array, it took ten times as long (measured).

Source: Matsumoto and Nishimura 1998, with the seeding of 2002.
"""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
import numpy.typing as npt

BLOCK: Final = 624
_LAG: Final = 397
_EARLY: Final = BLOCK - _LAG

_Words = npt.NDArray[np.uint32]


@numba.njit(cache=True, nogil=True)
def draw_words(seed: np.uint32, out: _Words, scratch: _Words) -> None:
    """Fill `out`, shape (n,), with the first words of a seed; `scratch` has the shape (2, 624)."""
    before, after = scratch[0], scratch[1]
    _seed(seed, before)
    for start in range(0, len(out), BLOCK):
        _next_block(before, after)
        _temper(after, out[start : start + BLOCK])
        before, after = after, before


@numba.njit(cache=True, nogil=True)
def _seed(seed: np.uint32, block: _Words) -> None:
    last = np.uint64(seed)
    block[0] = seed
    for at in range(1, BLOCK):
        last = (np.uint64(1812433253) * (last ^ (last >> np.uint64(30))) + np.uint64(at)) & np.uint64(0xFFFFFFFF)
        block[at] = last


@numba.njit(cache=True, nogil=True)
def _next_block(before: _Words, after: _Words) -> None:
    _twist(before[:_EARLY], before[1:], before[_LAG:], after[:_EARLY])
    _twist(before[_EARLY : 2 * _EARLY], before[_EARLY + 1 :], after, after[_EARLY : 2 * _EARLY])
    _twist(before[2 * _EARLY : BLOCK - 1], before[2 * _EARLY + 1 :], after[_EARLY:], after[2 * _EARLY : BLOCK - 1])
    _twist(before[BLOCK - 1 :], after, after[_LAG - 1 :], after[BLOCK - 1 :])


@numba.njit(cache=True, inline="always")
def _twist(high: _Words, low: _Words, lagged: _Words, out: _Words) -> None:
    for at in range(len(out)):
        joined = (high[at] & np.uint32(0x80000000)) | (low[at] & np.uint32(0x7FFFFFFF))
        odd = (np.uint32(0) - (low[at] & np.uint32(1))) & np.uint32(0x9908B0DF)
        out[at] = lagged[at] ^ (joined >> np.uint32(1)) ^ odd


@numba.njit(cache=True, inline="always")
def _temper(block: _Words, out: _Words) -> None:
    for at in range(len(out)):
        word = block[at]
        word ^= word >> np.uint32(11)
        word ^= (word << np.uint32(7)) & np.uint32(0x9D2C5680)
        word ^= (word << np.uint32(15)) & np.uint32(0xEFC60000)
        out[at] = word ^ (word >> np.uint32(18))
