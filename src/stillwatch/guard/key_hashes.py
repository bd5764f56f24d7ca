"""The hashes that ingest makes keys with (`logs.hashing`), in Python alone: FNV-1a closed with murmur3's finaliser.

>>> signed(mixed(fnv(FNV_OFFSET, b"tides")))
-4504070656926613126
"""

from __future__ import annotations

import array
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALL_BITS: Final = 2**64 - 1
_SIGN: Final = 2**63
_FNV_PRIME: Final = 0x100000001B3
_MIX: Final = (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53)
FNV_OFFSET: Final = 0xCBF29CE484222325
LANE_BYTES: Final = 16
"""A 64-bit number and as many zeros, side by side in one number: products with 64 bits stay in their lane."""


def salted(salt: int) -> int:
    """Where a hash under a store's salt begins."""
    return FNV_OFFSET ^ (salt & _ALL_BITS)


def fnv(value: int, data: Iterable[int]) -> int:
    """Go on with FNV-1a over bytes or 64-bit numbers; 0.1 µs each."""
    for one in data:
        value = (value ^ one) * _FNV_PRIME & _ALL_BITS
    return value


def mixed(value: int) -> int:
    """Murmur3's 64-bit finaliser."""
    for factor in _MIX:
        value = (value ^ value >> 33) * factor & _ALL_BITS
    return value ^ value >> 33


def signed(value: int) -> int:
    return value - 2 * _SIGN if value >= _SIGN else value


def run_hashes(lanes: bytes, length: int, seed: int) -> array.array[int]:
    """Mixed FNV-1a of each `length` numbers in a row, all at once: a fifth of a loop's cost."""
    count = len(lanes) // LANE_BYTES - length + 1
    ones, low = _lanes(count)
    numbers_ = int.from_bytes(lanes, "little")
    value = ones * (FNV_OFFSET ^ seed)
    for step in range(length):
        value = ((value ^ numbers_ >> 128 * step) * _FNV_PRIME) & low
    for factor in _MIX:
        value = ((value ^ (value >> 33 & low)) * factor) & low
    value ^= value >> 33 & low
    return numbers(value.to_bytes(LANE_BYTES * count, "little"))


def lane(number: int) -> bytes:
    return number.to_bytes(LANE_BYTES, "little")


def numbers(lanes: bytes) -> array.array[int]:
    """The numbers of some lanes."""
    found = array.array("Q", lanes)
    if sys.byteorder == "big":
        found.byteswap()
    return found[::2]


@lru_cache(maxsize=256)
def _lanes(count: int) -> tuple[int, int]:
    """1 in each of so many lanes, and the lower 64 bits of each."""
    ones = sum(1 << 128 * place for place in range(count))
    return ones, ones * _ALL_BITS
