"""Numbers modulo 2^255 - 19 in numba: five limbs of 51 bits, products of 128 (Bernstein and others 2012).

>>> canonical(absolute(limbs_of(P - 3))) == canonical(limbs_of(P - 3))
True

Sums, differences and products are called from compiled functions alone. Not in constant time: for what is public, see
`fast_ristretto`. A number is a tuple of five unsigned limbs; a product has limbs of 51 bits and a little more, and
takes limbs of up to 54, so that a sum or difference of two products may be multiplied at once.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import njit
from numba.extending import intrinsic

P: Final = 2**255 - 19
LIMBS: Final = 5


def limbs_of(value: int) -> tuple[np.uint64, ...]:
    """A number of Python's, below 2^255, as limbs."""
    return tuple(np.uint64(value >> 51 * place & (1 << 51) - 1) for place in range(LIMBS))


ZERO: Final = limbs_of(0)
UNIT: Final = limbs_of(1)
_TWICE_P: Final = (2**52 - 38, *(2**52 - 2,) * 4)
_compiled: Any = intrinsic


def _carried(builder: Any, sums: list[Any]) -> Any:
    """Sums of 128 bits as limbs of 51 and a little more."""
    wide, narrow = ir.IntType(128), ir.IntType(64)
    mask = ir.Constant(wide, (1 << 51) - 1)
    shift = ir.Constant(wide, 51)
    for place in (0, 1, 2, 3, 4, 0):
        carry = builder.lshr(sums[place], shift)
        sums[place] = builder.and_(sums[place], mask)
        if place == LIMBS - 1:
            carry = builder.mul(carry, ir.Constant(wide, 19))
        after = (place + 1) % LIMBS
        sums[after] = builder.add(sums[after], carry)
    packed = ir.Constant(ir.ArrayType(narrow, LIMBS), ir.Undefined)
    for place, one in enumerate(sums):
        packed = builder.insert_value(packed, builder.trunc(one, narrow), place)
    return packed


@_compiled
def product(typing: Any, left: Any, right: Any) -> Any:
    """The product modulo 2^255 - 19; limbs of up to 54 bits go in, of 51 and a little more come out."""
    del typing, right

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        wide = ir.IntType(128)
        one, other = (
            [builder.zext(builder.extract_value(part, place), wide) for place in range(LIMBS)] for part in arguments
        )
        folded = [builder.mul(limb, ir.Constant(wide, 19)) for limb in other]
        sums = []
        for place in range(LIMBS):
            total = ir.Constant(wide, 0)
            for first in range(LIMBS):
                second = place - first
                factor = other[second] if second >= 0 else folded[second + LIMBS]
                total = builder.add(total, builder.mul(one[first], factor))
            sums.append(total)
        return _carried(builder, sums)

    return left(left, left), generate


@_compiled
def plus(typing: Any, left: Any, right: Any) -> Any:
    """The sum, limb by limb."""
    del typing, right

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        packed = arguments[0]
        for place in range(LIMBS):
            one, other = (builder.extract_value(part, place) for part in arguments)
            packed = builder.insert_value(packed, builder.add(one, other), place)
        return packed

    return left(left, left), generate


@_compiled
def minus(typing: Any, left: Any, right: Any) -> Any:
    """The difference, limb by limb, with twice the modulus added so that none is below zero."""
    del typing, right

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        packed = arguments[0]
        for place, twice in enumerate(_TWICE_P):
            one, other = (builder.extract_value(part, place) for part in arguments)
            raised = builder.add(one, ir.Constant(ir.IntType(64), twice))
            packed = builder.insert_value(packed, builder.sub(raised, other), place)
        return packed

    return left(left, left), generate


@njit(cache=True)
def canonical(one: Any) -> Any:
    """The one way to write it, limbs below 2^51 and the whole below the modulus."""
    mask, shift, fold = np.uint64(2**51 - 1), np.uint64(51), np.uint64(19)
    a, b, c, d, e = product(one, UNIT)
    q = (a + fold) >> shift
    q = (b + q) >> shift
    q = (c + q) >> shift
    q = (d + q) >> shift
    q = (e + q) >> shift
    a += fold * q
    b += a >> shift
    c += b >> shift
    d += c >> shift
    e += d >> shift
    return (a & mask, b & mask, c & mask, d & mask, e & mask)


@njit(cache=True)
def same(left: Any, right: Any) -> Any:
    return canonical(minus(left, right)) == ZERO


@njit(cache=True)
def is_negative(one: Any) -> Any:
    return canonical(one)[0] & np.uint64(1) == np.uint64(1)


@njit(cache=True)
def absolute(one: Any) -> Any:
    return product(minus(ZERO, one), UNIT) if is_negative(one) else one


@njit(cache=True)
def squared(one: Any, times: int) -> Any:
    for _ in range(times):
        one = product(one, one)
    return one


@njit(cache=True)
def power(one: Any) -> Any:
    """To the (p - 5) / 8 = 2^252 - 3."""
    two = product(one, squared(one, 1))  # 2^2 - 1
    four = product(squared(two, 2), two)
    five = product(squared(four, 1), one)
    ten = product(squared(five, 5), five)
    twenty = product(squared(ten, 10), ten)
    forty = product(squared(twenty, 20), twenty)
    fifty = product(squared(forty, 10), ten)
    hundred = product(squared(fifty, 50), fifty)
    two_hundred = product(squared(hundred, 100), hundred)
    whole = product(squared(two_hundred, 50), fifty)  # 2^250 - 1
    return product(squared(whole, 2), one)


@njit(cache=True)
def read_words(words: Any) -> Any:
    mask = np.uint64(2**51 - 1)
    a, b, c, d = words[0], words[1], words[2], words[3]
    return (
        a & mask,
        (a >> np.uint64(51) | b << np.uint64(13)) & mask,
        (b >> np.uint64(38) | c << np.uint64(26)) & mask,
        (c >> np.uint64(25) | d << np.uint64(39)) & mask,
        (d >> np.uint64(12)) & mask,
    )
