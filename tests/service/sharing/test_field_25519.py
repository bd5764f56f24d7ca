"""Numbers modulo 2^255 - 19 against those of Python."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from numba import njit

from stillwatch.service.sharing.field_25519 import (
    ZERO,
    P,
    absolute,
    canonical,
    is_negative,
    limbs_of,
    minus,
    plus,
    power,
    product,
    read_words,
    same,
)

_DRAW = random.Random(7)
_NUMBERS = [0, 1, 2, 18, 19, P - 1, P - 2, 2**51 - 1, 2**204, 2**255 - 20, *(_DRAW.randrange(P) for _ in range(20))]


@njit
def _sum_difference_product(one: Any, other: Any) -> Any:
    return plus(one, other), minus(one, other), product(one, other)


@njit
def _both(one: Any, other: Any) -> Any:
    """Of two, through a sum and a difference that were not brought into form."""
    return product(plus(one, other), minus(one, other))


def value(limbs: Any) -> int:
    return sum(int(limb) << 51 * place for place, limb in enumerate(limbs)) % P


def test_sums_differences_and_products_are_those_of_numbers() -> None:
    for one in _NUMBERS:
        for other in _NUMBERS[::3]:
            left, right = limbs_of(one), limbs_of(other)
            made = tuple(map(value, _sum_difference_product(left, right)))
            assert made == ((one + other) % P, (one - other) % P, one * other % P)
            assert value(_both(left, right)) == (one + other) * (one - other) % P


def test_there_is_one_form_and_two_signs() -> None:
    for one in _NUMBERS:
        limbs = limbs_of(one)
        raised, lowered, _ = _sum_difference_product(limbs, limbs_of(P - 1))
        assert canonical(raised) == limbs_of((one - 1) % P)
        assert canonical(lowered) == limbs_of((one + 1) % P)
        assert bool(is_negative(limbs)) is (one % 2 == 1)
        assert value(absolute(limbs)) == (one if one % 2 == 0 else P - one)
        assert same(limbs, _sum_difference_product(limbs, ZERO)[1])
        assert not same(limbs, raised)


def test_the_power_that_roots_are_made_of() -> None:
    for one in _NUMBERS:
        assert value(power(limbs_of(one))) == pow(one, (P - 5) // 8, P)


def test_words_become_limbs() -> None:
    for one in _NUMBERS:
        words = np.frombuffer(one.to_bytes(32, "little"), "<u8").astype(np.uint64)
        assert read_words(words) == limbs_of(one)
