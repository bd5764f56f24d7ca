"""Random choices as pure functions of 64-bit keys.

Every text, id and token count of a composed log is a function of a key, so that a turn of a conversation reads the same
wherever it is rendered, and one seed fixes everything. Keys mix like `mix(population_key, account, turn)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import pyarrow as pa
import xxhash
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Keys: TypeAlias = NDArray[np.uint64]
Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_HEX: Final = np.frombuffer(b"0123456789abcdef", np.uint8)
_UUID_COLUMNS: Final = tuple(c for c in range(36) if c not in {8, 13, 18, 23})


def name_key(name: str, seed: int = 0) -> int:
    return xxhash.xxh64_intdigest(name.encode(), seed=seed & 0xFFFF_FFFF_FFFF_FFFF)


def mix(*parts: Keys | Ints | NDArray[np.generic] | int) -> Keys:
    """One well-mixed key a row (splitmix64 over the parts, which broadcast)."""
    mixed = np.zeros(1, np.uint64)
    with np.errstate(over="ignore"):
        for part in parts:
            word = np.asarray(part, np.uint64) if isinstance(part, int) else part.astype(np.uint64)
            mixed = (mixed ^ word) + _GOLDEN
            mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
            mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
            mixed ^= mixed >> np.uint64(31)
    return mixed


def uniform(keys: Keys) -> Floats:
    """A number in [0, 1) a key."""
    return (keys >> np.uint64(11)).astype(np.float64) * 2.0**-53


def below(keys: Keys, bound: int) -> Ints:
    """An integer in 0..bound-1 a key."""
    return (keys % np.uint64(bound)).astype(np.int64)


def indices(numbers: NDArray[np.generic]) -> pa.Array:
    """Integers as an Arrow array without a look at other data-frame libraries, which costs more than the copy."""
    whole = np.ascontiguousarray(numbers, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(whole), [None, pa.py_buffer(whole)])


def fixed_text(chars: NDArray[np.uint8]) -> pa.Array:
    """Rows of a character matrix as Arrow text, without a copy per row."""
    rows, width = chars.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(chars)))


def hex_text(words: Sequence[Keys]) -> pa.Array:
    """16 hexadecimal digits a word, side by side."""
    return fixed_text(_hex_chars(words))


def uuid_text(keys: Keys) -> pa.Array:
    """Text in the shape of a version 4 UUID."""
    digits = _hex_chars((keys, mix(keys, 1)))
    chars = np.full((len(keys), 36), ord("-"), np.uint8)
    chars[:, _UUID_COLUMNS] = digits
    chars[:, 14] = ord("4")
    chars[:, 19] = np.frombuffer(b"89ab", np.uint8)[below(keys, 4)]
    return fixed_text(chars)


def _hex_chars(words: Sequence[Keys]) -> NDArray[np.uint8]:
    raw = np.stack(words, axis=1).astype(">u8").view(np.uint8)
    chars = np.empty((raw.shape[0], raw.shape[1] * 2), np.uint8)
    chars[:, 0::2] = _HEX[raw >> 4]
    chars[:, 1::2] = _HEX[raw & 15]
    return chars
