"""Eight bytes at once: how numba reads, writes and searches them in a buffer that is not aligned.

Callers see to it that the eight bytes lie within the buffer. The first byte is the lowest of the word, as little-endian
machines have it; on others `string_end` and its like find the same, since only `first_mark` looks at the order.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

_ONES: Final = np.uint64(0x0101010101010101)
_HIGHS: Final = np.uint64(0x8080808080808080)
_QUOTES: Final = np.uint64(0x2222222222222222)
_BACKSLASHES: Final = np.uint64(0x5C5C5C5C5C5C5C5C)
_BLANKS: Final = np.uint64(0x2020202020202020)


def _word_pointer(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), ir.IntType(64).as_pointer())


def _load_word(_: Any, array: Any, _index: Any) -> Any:
    """The eight bytes of `array` (uint8) from `index` on, as one integer."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        loaded = builder.load(_word_pointer(context, builder, signature.args[0], *arguments))
        loaded.align = 1
        return loaded

    return types.uint64(array, types.intp), generate


def _store_word(_: Any, array: Any, _index: Any, _word: Any) -> Any:
    """Write eight bytes into `array` (uint8) from `index` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        stored = builder.store(arguments[2], _word_pointer(context, builder, signature.args[0], *arguments[:2]))
        stored.align = 1
        return context.get_dummy_value()

    return types.void(array, types.intp, types.uint64), generate


def _count_zeros(_: Any, _word: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), generate


load_word: Any = intrinsic(_load_word)
store_word: Any = intrinsic(_store_word)
_trailing_zeros: Any = intrinsic(_count_zeros)


@numba.njit(cache=True, nogil=True)
def stops_in(word: np.uint64) -> np.uint64:
    """Marks where the word holds a quote, a backslash or a control character; the lowest mark is exact, 0 = none."""
    quote, backslash = word ^ _QUOTES, word ^ _BACKSLASHES
    found = ((quote - _ONES) & ~quote) | ((backslash - _ONES) & ~backslash) | ((word - _BLANKS) & ~word)
    return found & _HIGHS


@numba.njit(cache=True, nogil=True)
def backslashes_in(word: np.uint64) -> np.uint64:
    """Marks where the word holds a backslash; the lowest mark is exact, 0 = none."""
    backslash = word ^ _BACKSLASHES
    return (backslash - _ONES) & ~backslash & _HIGHS


@numba.njit(cache=True, nogil=True)
def first_mark(marks: np.uint64) -> Any:
    """How many bytes stand before the lowest mark, of which there is one."""
    return np.int64(_trailing_zeros(marks) >> np.uint64(3))
