"""Which tokens `torch.randperm(vocabulary)[:size]` holds on a CPU, for many seeds at once: green lists of transformers.

A permutation is drawn by Fisher and Yates from MT19937: step i swaps place i with i + (draw mod (vocabulary - i)). For
few asked tokens no permutation is written out: a value moves only when its place is the one being filled, so it is
followed through the draws. PyTorch seeds the generator with the low 32 bits of a seed alone.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from stillwatch.attribution.prf.mersenne import BLOCK, draw_words

PAIRS_AT_ONCE: Final = 1 << 22
"""A list is drawn once for all tokens that are asked of it together."""
_VERY_FEW: Final = 2
"""Up to so many tokens of one list are looked for among its words; for more all swaps are worked out (measured)."""
_FEW: Final = 20
"""Up to so many are followed one by one through the swaps; for more the list is written out (measured)."""

_Words = npt.NDArray[np.uint32]
_Places = npt.NDArray[np.int32]
_Flags = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.float64]


class _Steps(NamedTuple):
    """What the word of each step is divided by (size,), and one over it."""

    divisors: _Floats
    inverses: _Floats
    vocabulary: float


def on_lists(
    seeds: npt.NDArray[np.uint64], tokens: npt.NDArray[np.int64], *, vocabulary: int, size: int
) -> npt.NDArray[np.bool_]:
    """Whether each token, shape (n,), is among the first `size` of the permutation of its seed, shape (n,)."""
    low = (seeds & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    order = np.argsort(low, kind="stable")
    flags = np.empty(len(low), np.bool_)
    _flag_sorted(low[order], tokens[order].astype(np.int32), _steps(vocabulary, size), flags)
    out = np.empty_like(flags)
    out[order] = flags
    return out


def permutation(seed: int, length: int) -> npt.NDArray[np.int64]:
    """`torch.randperm(length)` of a CPU generator with this seed."""
    words, swaps, values = np.empty(length, np.uint32), np.empty(length, np.int32), np.arange(length)
    draw_words(np.uint32(seed & 0xFFFFFFFF), words, np.empty((2, BLOCK), np.uint32))
    _swaps_of(words, _steps(length, length), swaps)
    _swap_all(swaps, values)
    return values


def _steps(vocabulary: int, size: int) -> _Steps:
    divisors = np.arange(vocabulary, vocabulary - size, -1, dtype=np.float64)
    return _Steps(divisors, 1.0 / divisors, float(vocabulary))


@numba.njit(cache=True, nogil=True)
def _flag_sorted(seeds: _Words, tokens: _Places, steps: _Steps, out: _Flags) -> None:
    """Fill `out`, shape (n,), for tokens sorted by their seeds."""
    size, vocabulary = len(steps.divisors), int(steps.vocabulary)
    words, swaps, scratch = np.empty(size, np.uint32), np.empty(size, np.int32), np.empty((2, BLOCK), np.uint32)
    values, chosen = np.empty(vocabulary, np.int32), np.empty(vocabulary, np.bool_)
    start = 0
    while start < len(seeds):
        end = start
        while end < len(seeds) and seeds[end] == seeds[start]:
            end += 1
        draw_words(seeds[start], words, scratch)
        if end - start <= _VERY_FEW:
            for at in range(start, end):
                out[at] = _is_drawn(words, steps, tokens[at])
            start = end
            continue
        _swaps_of(words, steps, swaps)
        if end - start <= _FEW:
            for at in range(start, end):
                out[at] = _is_chosen(swaps, tokens[at])
        else:
            _choose(swaps, values, chosen)
            for at in range(start, end):
                out[at] = chosen[tokens[at]]
        start = end


@numba.njit(cache=True, nogil=True)
def _swaps_of(words: _Words, steps: _Steps, out: _Places) -> None:
    """With which place each of the first is swapped, shape (size,).

    In doubles, which the compiler takes four at once, and exact: a word and a half is at least half an inverse of its
    divisor away from a whole quotient, and two roundings move it by less than 2^-19 of that inverse.
    """
    divisors, inverses, vocabulary = steps.divisors, steps.inverses, steps.vocabulary
    for at in range(len(out)):
        word = np.float64(words[at])
        rest = word - np.floor((word + 0.5) * inverses[at]) * divisors[at]
        out[at] = np.int32(rest + (vocabulary - divisors[at]))


@numba.njit(cache=True, nogil=True)
def _is_drawn(words: _Words, steps: _Steps, token: np.int32) -> bool:
    """As `_is_chosen`, out of the words alone: a swap is with a place where the divisor divides the word less that.

    Places lie within their divisors, so a difference below nought is never a multiple. Doubles hold all of it exactly.
    """
    place, step, size = int(token), 0, len(steps.divisors)
    while True:
        end = min(place, size)
        among, divisors, inverses = words[step:end], steps.divisors[step:end], steps.inverses[step:end]
        offset, hit = place - steps.vocabulary, np.int64(0)
        for at in range(len(among)):
            over = np.float64(among[at]) - (divisors[at] + offset)
            hit |= np.int64(np.rint(over * inverses[at]) * divisors[at] == over)
        if hit or place >= size:
            return bool(hit)
        divisor = int(steps.divisors[place])
        moved = place + int(words[place]) % divisor
        if moved == place:
            return True
        step, place = place + 1, moved


@numba.njit(cache=True, nogil=True)
def _is_chosen(swaps: _Places, token: np.int32) -> bool:
    """Follow one value: it is chosen when its place is swapped to the front, and moves when its place is filled."""
    place, step = int(token), 0
    while True:
        among, wanted = swaps[step:place], np.int32(place)  # a loop from 0 over a slice vectorises
        hit = np.int32(0)
        for at in range(len(among)):
            hit |= np.int32(among[at] == wanted)
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
