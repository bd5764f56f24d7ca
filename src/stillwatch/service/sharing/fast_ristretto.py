"""Sum many points at once, each with a weight of its own: what a proof over a large batch spends most of its time on.

>>> from stillwatch.intel.ristretto import load_ristretto
>>> group = fast_ristretto(load_ristretto())
>>> two, three = (group.multiply_base(bytes((n,)) + bytes(31)) for n in (2, 3))
>>> group.weigh([ONE] * 40, [two, three] * 20) == group.weigh([bytes((20,)) + bytes(31)] * 2, [two, three])
True

Only `weigh` is other than in `intel.ristretto`: points and weights of a proof are public, so it need not take the same
time for all of them, and the bucket method (Pippenger 1976; Bernstein, Doumen, Lange and Oosterwijk, Indocrypt 2012)
makes of 256 doublings a point a few dozen additions. Whatever touches a secret stays with libsodium. The arithmetic is
that of Curve25519 in five limbs of 51 bits (Bernstein, Duif, Lange, Schwabe and Yang 2012), compiled by numba; points
are decoded and encoded as RFC 9496 has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

from stillwatch.core.errors import InputError
from stillwatch.intel.ristretto import ONE, POINT_BYTES, Ristretto
from stillwatch.service.sharing.field_25519 import (
    LIMBS,
    UNIT,
    ZERO,
    P,
    absolute,
    is_negative,
    limbs_of,
    minus,
    plus,
    power,
    product,
    read_words,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

_D: Final = -121665 * pow(121666, -1, P) % P
_ROOT: Final = pow(2, (P - 1) // 4, P)
"""A square root of -1."""
_FEWEST: Final = 32
"""Points from which the bucket method pays."""
_WINDOW: Final = 7
"""Bits of a weight that are looked at together."""
_BITS: Final = 256
_MEND: Final = "send elements as RFC 9496 encodes them"
_CURVE: Final = limbs_of(_D)
_TWICE_CURVE: Final = limbs_of(2 * _D % P)
_ROOT_LIMBS: Final = limbs_of(_ROOT)


@njit(cache=True)
def _decode(words: Any, into: Any) -> Any:
    """RFC 9496, 4.3.1; the caller has seen that it is written in the one allowed way."""
    s = read_words(words)
    s_squared = product(s, s)
    below, above = product(minus(UNIT, s_squared), UNIT), plus(UNIT, s_squared)
    above_squared = product(above, above)
    v = product(minus(minus(ZERO, product(_CURVE, product(below, below))), above_squared), UNIT)
    of = product(v, above_squared)
    cubed = product(product(of, of), of)
    root = product(cubed, power(product(product(cubed, cubed), of)))
    check = product(of, product(root, root))
    negated = minus(ZERO, UNIT)
    is_square = same(check, UNIT)
    is_flipped = same(check, negated)
    if is_flipped or same(check, product(negated, _ROOT_LIMBS)):
        root = product(root, _ROOT_LIMBS)
    root = absolute(root)
    x_part = product(root, above)
    y_part = product(product(root, x_part), v)
    x = absolute(product(plus(s, s), x_part))
    y = product(below, y_part)
    t = product(x, y)
    _put(into, x, y, UNIT, t)
    return (is_square or is_flipped) and not is_negative(t) and not same(y, ZERO)


@njit(cache=True)
def _put(into: Any, x: Any, y: Any, z: Any, t: Any) -> Any:
    for place in range(5):
        into[place], into[5 + place], into[10 + place], into[15 + place] = x[place], y[place], z[place], t[place]


@njit(cache=True)
def _get(point: Any, at: int) -> Any:
    return (point[at], point[at + 1], point[at + 2], point[at + 3], point[at + 4])


@njit(cache=True)
def _add_to(into: Any, other: Any) -> Any:
    """Hisil, Wong, Carter and Dawson 2008: complete for this curve, so that doublings and the neutral are no cases."""
    x, y, z, t = _get(into, 0), _get(into, 5), _get(into, 10), _get(into, 15)
    u, v, w, s = _get(other, 0), _get(other, 5), _get(other, 10), _get(other, 15)
    a = product(minus(y, x), minus(v, u))
    b = product(plus(y, x), plus(v, u))
    c = product(product(t, _TWICE_CURVE), s)
    d = product(plus(z, z), w)
    e, f, g, h = minus(b, a), minus(d, c), plus(d, c), plus(b, a)
    _put(into, product(e, f), product(g, h), product(f, g), product(e, h))


@njit(cache=True)
def _neutral(into: Any) -> Any:
    _put(into, ZERO, UNIT, UNIT, ZERO)


@njit(cache=True, nogil=True)
def _sum(points: Any, weights: Any, total: Any) -> Any:
    """Points and weights of four words each; gives whether all points are points."""
    count = len(points)
    decoded = np.empty((count, 20), np.uint64)
    for place in range(count):
        if not _decode(points[place], decoded[place]):
            return False
    buckets = np.empty((1 << _WINDOW, 20), np.uint64)
    running, window = np.empty(20, np.uint64), np.empty(20, np.uint64)
    _neutral(total)
    for step in range((_BITS + _WINDOW - 1) // _WINDOW - 1, -1, -1):
        for _ in range(_WINDOW):
            _add_to(total, total)
        for bucket in range(1, 1 << _WINDOW):
            _neutral(buckets[bucket])
        low = step * _WINDOW
        word, shift = low >> 6, np.uint64(low & 63)
        for place in range(count):
            digit = weights[place, word] >> shift
            if low & 63 > 64 - _WINDOW and word < 3:
                digit |= weights[place, word + 1] << (np.uint64(64) - shift)
            digit &= np.uint64((1 << _WINDOW) - 1)
            if digit != 0:
                _add_to(buckets[digit], decoded[place])
        _neutral(running)
        _neutral(window)
        for bucket in range((1 << _WINDOW) - 1, 0, -1):
            _add_to(running, buckets[bucket])
            _add_to(window, running)
        _add_to(total, window)
    return True


class _FastRistretto(Ristretto):
    def __init__(self, group: Ristretto) -> None:
        self.__dict__.update(group.__dict__)

    def weigh(self, weights: Iterable[bytes], points: Iterable[bytes]) -> bytes:
        listed, weighed = list(points), list(weights)
        if len(listed) != len(weighed):
            raise ValueError(f"{len(weighed)} weights for {len(listed)} points")
        if len(listed) < _FEWEST:
            return super().weigh(weighed, listed)
        if any(_is_odd(one) for one in listed):
            raise InputError("an element is no point of the group", mend=_MEND)
        total = np.empty(20, np.uint64)
        if not _sum(_words(listed), _words(weighed), total):
            raise InputError("an element is no point of the group", mend=_MEND)
        return _encoded(total)


def fast_ristretto(group: Ristretto) -> Ristretto:
    """The same group, in which sums of many points are quick; at first it is compiled, for seconds."""
    made = _FastRistretto(group)
    made.weigh([ONE] * _FEWEST, [group.base] * _FEWEST)
    return made


def _is_odd(point: bytes) -> bool:
    """Whether it is not written in the one way that RFC 9496 allows, or is the neutral element."""
    value = int.from_bytes(point, "little")
    return len(point) != POINT_BYTES or value >= P or value & 1 == 1 or value == 0


def _words(parts: list[bytes]) -> npt.NDArray[np.uint64]:
    return np.frombuffer(b"".join(parts), "<u8").astype(np.uint64).reshape(-1, 4)


def _encoded(point: npt.NDArray[np.uint64]) -> bytes:
    """RFC 9496, 4.3.2; once a batch, and so in integers of Python's."""
    x, y, z, t = (
        sum(int(limb) << 51 * place for place, limb in enumerate(point[at : at + LIMBS])) % P for at in (0, 5, 10, 15)
    )
    u, v = (z + y) * (z - y) % P, x * y % P
    root = _inverse_root(u * v * v % P)
    one, other = root * u % P, root * v % P
    inverse = one * other * t % P
    if (t * inverse % P) & 1:
        x, y, other = y * _ROOT % P, x * _ROOT % P, one * _inverse_root(-1 - _D) % P
    if (x * inverse % P) & 1:
        y = -y % P
    s = other * (z - y) % P
    return (P - s if s & 1 else s).to_bytes(POINT_BYTES, "little")


def _inverse_root(value: int) -> int:
    """The non-negative root of 1 / value, or of its product with the root of -1."""
    value %= P
    cubed = pow(value, 3, P)
    root = cubed * pow(cubed * cubed * value, (P - 5) // 8, P) % P
    check = value * root * root % P
    if check in (P - 1, -_ROOT % P):
        root = root * _ROOT % P
    return P - root if root & 1 else root
