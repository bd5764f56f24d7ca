"""The group ristretto255 (RFC 9496), computed by libsodium.

>>> group = load_ristretto()
>>> two = group.add_scalars(ONE, ONE)
>>> group.multiply(two, group.base) == group.add(group.base, group.base)
True

Points and scalars are 32 bytes each, as they go over the wire. What touches a secret (a key, a blind) is computed by
libsodium in constant time: never as an integer of Python's.

The library is the system's own where there is one, since the system keeps it up to date, else the one inside of the
package `rbcl` (MIT, wheels for Linux, macOS and Windows; the library itself is ISC). Other bindings were left aside:
`pysodium` has no wheels and still needs the system's library; PyNaCl exports nothing of this group.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable

POINT_BYTES: Final = 32
SCALAR_BYTES: Final = 32
ONE: Final = b"\x01" + bytes(31)
_IDENTITY: Final = bytes(POINT_BYTES)
_HASH_BYTES: Final = 64
_SYSTEM_NAMES: Final = ("libsodium.so.26", "libsodium.so.23", "libsodium.dylib", "libsodium.dll")
_MEND: Final = "send elements as RFC 9496 encodes them, none of them the identity"


class Ristretto:
    """The operations, over a loaded libsodium.

    Args:
        library: As `ctypes` loads it; calls give up the interpreter's lock.
    """

    def __init__(self, library: ctypes.CDLL) -> None:
        if library.sodium_init() < 0:
            raise SettingsError("libsodium cannot be used", mend="install another one")
        self._multiply = library.crypto_scalarmult_ristretto255
        self._multiply_base = library.crypto_scalarmult_ristretto255_base
        self._add = library.crypto_core_ristretto255_add
        self._from_hash = library.crypto_core_ristretto255_from_hash
        self._is_valid = library.crypto_core_ristretto255_is_valid_point
        self._scalar: dict[str, Any] = {
            name: getattr(library, f"crypto_core_ristretto255_scalar_{name}")
            for name in ("random", "reduce", "invert", "add", "sub", "mul")
        }
        self.base: bytes = self.multiply_base(ONE)

    def multiply(self, scalar: bytes, point: bytes) -> bytes:
        """The point so many times.

        Raises:
            InputError: The point is none, or the result is the identity, as RFC 9497 refuses both.
        """
        product = ctypes.create_string_buffer(POINT_BYTES)
        if len(point) != POINT_BYTES or self._multiply(product, scalar, point) != 0:
            raise InputError("an element is no point of the group, or the identity", mend=_MEND)
        return product.raw

    def multiply_base(self, scalar: bytes) -> bytes:
        """The generator so many times, by a table."""
        product = ctypes.create_string_buffer(POINT_BYTES)
        if self._multiply_base(product, scalar) != 0:
            raise InputError("a scalar is zero", mend="make another one")
        return product.raw

    def add(self, left: bytes, right: bytes) -> bytes:
        total = ctypes.create_string_buffer(POINT_BYTES)
        if len(left) != POINT_BYTES or len(right) != POINT_BYTES or self._add(total, left, right) != 0:
            raise InputError("an element is no point of the group", mend=_MEND)
        return total.raw

    def weigh(self, weights: Iterable[bytes], points: Iterable[bytes]) -> bytes:
        """The sum of the points, each so many times; weights are public here."""
        total = _IDENTITY
        for weight, point in zip(weights, points, strict=True):
            total = self.add(total, self.multiply(weight, point))
        return total

    def from_hash(self, digest: bytes) -> bytes:
        """The point that 64 uniform bytes stand for."""
        if len(digest) != _HASH_BYTES:
            raise ValueError(f"{len(digest)} bytes where {_HASH_BYTES} belong")
        point = ctypes.create_string_buffer(POINT_BYTES)
        self._from_hash(point, digest)
        return point.raw

    def is_element(self, point: bytes) -> bool:
        """Whether it is the encoding of a point other than the identity."""
        return len(point) == POINT_BYTES and point != _IDENTITY and self._is_valid(point) == 1

    def random_scalar(self) -> bytes:
        """A secret one, never zero, from the system's source of randomness."""
        scalar = ctypes.create_string_buffer(SCALAR_BYTES)
        self._scalar["random"](scalar)
        return scalar.raw

    def reduce(self, wide: bytes) -> bytes:
        """64 bytes, the lowest first, modulo the group's order."""
        if len(wide) != _HASH_BYTES:
            raise ValueError(f"{len(wide)} bytes where {_HASH_BYTES} belong")
        return self._scalar_of("reduce", wide)

    def invert(self, scalars: list[bytes]) -> list[bytes]:
        """The inverses: one inversion for all, and three multiplications for each (Montgomery's trick)."""
        products = [ONE]
        for scalar in scalars:
            products.append(self.multiply_scalars(products[-1], scalar))
        rest = self._scalar_of("invert", products[-1])
        inverses = []
        for index in range(len(scalars) - 1, -1, -1):
            inverses.append(self.multiply_scalars(rest, products[index]))
            rest = self.multiply_scalars(rest, scalars[index])
        return inverses[::-1]

    def add_scalars(self, left: bytes, right: bytes) -> bytes:
        return self._scalar_of("add", left, right)

    def subtract_scalars(self, left: bytes, right: bytes) -> bytes:
        return self._scalar_of("sub", left, right)

    def multiply_scalars(self, left: bytes, right: bytes) -> bytes:
        return self._scalar_of("mul", left, right)

    def is_scalar(self, scalar: bytes) -> bool:
        """Whether it is written in the one way that is allowed: less than the group's order."""
        return len(scalar) == SCALAR_BYTES and self.reduce(scalar + bytes(32)) == scalar

    def _scalar_of(self, name: str, *operands: bytes) -> bytes:
        result = ctypes.create_string_buffer(SCALAR_BYTES)
        self._scalar[name](result, *operands)
        return result.raw


def load_ristretto() -> Ristretto:
    """Load libsodium.

    Raises:
        SettingsError: There is none.
    """
    for name in _SYSTEM_NAMES:
        with suppress(OSError, AttributeError):
            return Ristretto(ctypes.CDLL(name))
    try:
        bundled = import_module("rbcl._sodium")
    except ImportError as error:
        mend = "pip install 'stillwatch[intel]', or install your system's libsodium (1.0.18 or later)"
        raise SettingsError("private matching needs libsodium", mend=mend) from error
    with suppress(OSError):  # it unpacks the library to a file of its own, which nobody needs once it is loaded
        Path(bundled.lib_path).unlink()
    return Ristretto(bundled._sodium)  # noqa: SLF001  # the library; what the package wraps around it is slow
