"""Make keys anew under a secret that nobody keeps, so that they can be handed out: equal ones stay equal, no more.

>>> old = np.array([0, 7, 7, 9])
>>> new = rekey(old, (1, 2))
>>> int(new[0]), bool(new[1] == new[2]), bool(new[1] == new[3])
(0, True, False)

The keys of a store are quick hashes under its salt. Whoever guesses the text behind one of them could work the salt out
and then test any other guess, so the keys themselves must not leave. SipHash-2-4 (Aumasson and Bernstein 2012) of each
under a fresh 128-bit secret is a pseudorandom function: without the secret a new key tells nothing of the old one.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Secret = tuple[int, int]
"""Two halves of 64 bits, the first one first; from `secret_of`."""

SECRET_BYTES: Final = 16
_LENGTH: Final = np.uint64(8 << 56)  # the last block of an eight-byte message holds its length alone


def secret_of(data: bytes) -> Secret:
    """The secret out of 16 random bytes."""
    return int.from_bytes(data[:8], "little"), int.from_bytes(data[8:SECRET_BYTES], "little")


def rekey(keys: Ints, secret: Secret) -> Ints:
    """New keys for old ones, of any shape (m,); 0, which stands for nothing, stays 0."""
    out = np.empty(len(keys), np.int64)
    _rekey(np.asarray(keys, np.int64), np.uint64(secret[0]), np.uint64(secret[1]), out)
    return out


@numba.njit(cache=True, inline="always")
def _turned(value: np.uint64, bits: int) -> np.uint64:
    return (value << np.uint64(bits)) | (value >> np.uint64(64 - bits))


@numba.njit(cache=True, inline="always")
def _round(a: np.uint64, b: np.uint64, c: np.uint64, d: np.uint64) -> Any:
    a, c = a + b, c + d
    b, d = _turned(b, 13) ^ a, _turned(d, 16) ^ c
    a = _turned(a, 32)
    c, a = c + b, a + d
    b, d = _turned(b, 17) ^ c, _turned(d, 21) ^ a
    return a, b, _turned(c, 32), d


@numba.njit(cache=True, nogil=True)
def _rekey(keys: Any, first: np.uint64, second: np.uint64, out: Any) -> None:
    for row in range(keys.shape[0]):
        if keys[row] == 0:
            out[row] = 0
            continue
        a, b = first ^ np.uint64(0x736F6D6570736575), second ^ np.uint64(0x646F72616E646F6D)
        c, d = first ^ np.uint64(0x6C7967656E657261), second ^ np.uint64(0x7465646279746573)
        for block in (np.uint64(keys[row]), _LENGTH):
            d ^= block
            a, b, c, d = _round(a, b, c, d)
            a, b, c, d = _round(a, b, c, d)
            a ^= block
        c ^= np.uint64(0xFF)
        for _ in range(4):
            a, b, c, d = _round(a, b, c, d)
        made = np.int64(a ^ b ^ c ^ d)
        out[row] = made if made != 0 else np.int64(1)
